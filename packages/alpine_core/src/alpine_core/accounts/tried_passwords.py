"""Passwords of twelve characters and more that are tried first. Compared in lower case, without what is around them."""

from __future__ import annotations

TRIED_PASSWORDS = frozenset(
    """
    password1234 password12345 password123456 passwordpassword password2024! password2025! password2026!
    passw0rd1234 p@ssw0rd1234 p@ssword1234 p@ssword12345 mypassword123 mypassword1234 newpassword1 newpassword123
    changeme1234 changemeplease changethispassword letmein12345 letmein123456 letmeinplease welcome12345
    welcome123456 welcometohell welcomehome1 administrator administrator1 adminadmin123 admin1234567 admin12345678
    rootrootroot superadmin123 iloveyou1234 iloveyou12345 iloveyouforever iloveyousomuch qwerty123456 qwerty1234567
    qwertyqwerty qwertyuiop12 qwertyuiop123 qwertyuiopas qwertyuiopasdf qwertzuiop12 qwertzuiop123 azertyuiop12
    asdfghjkl123 asdfghjkl1234 asdfasdfasdf zxcvbnm12345 zxcvbnm123456 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1q2w3e4r5t6y
    1q2w3e4r5t6y7u q1w2e3r4t5y6 qazwsxedcrfv qazwsxedc123 zaq12wsxcde3 abcdefghijkl abcdefghijklm abcdefgh1234
    abcd12345678 abc123abc123 abc123456789 abcd1234abcd a1b2c3d4e5f6 a1b2c3d4e5f6g7 123456789abc 1234567890qwerty
    123456789qwe 123456qwerty 12345qwert12 test12345678 testtesttest testpassword testpassword1 testing12345
    guestguest12 defaultpassword temporarypassword temppassword1 secret123456 secretsecret supersecret1
    supersecret123 topsecret123 mysecretpassword thisisapassword thisismypassword donttellanyone footballfootball
    football1234 baseball1234 basketball12 basketball123 liverpool123 liverpoolfc1 manchester12 manchesterunited
    chelseachelsea barcelona123 juventus1897 sunshine1234 sunshine12345 princess1234 princess12345 dragon123456
    monkey123456 shadow123456 master123456 michael12345 jennifer1234 jordan232323 superman1234 superman12345
    batman123456 spiderman123 starwars1234 pokemon12345 minecraft123 minecraft1234 playstation1 trustno1trustno1
    whatever1234 whateverwhatever computer1234 computer12345 internet1234 correcthorsebatterystaple
    correct-horse-battery-staple blink182blink182 bitcoin12345 bitcoinbitcoin ethereum1234
    cryptocurrency tothemoon123 tradingview1 alpinealpine alpine123456 alpineanalytics marketmarket1 stockmarket1
    stockmarket123 wallstreet12 wallstreet123 buylowsellhigh moneymoneymoney money1234567 november2024 november2025
    december2024 december2025 september2024 september2025 september2026 spring202020 winter202020 summer202020
    """.split()
)
