"""Mails to holders of accounts: words from templates, links to our own pages."""

from alpine_web.letters.monthly_letters import TemplateMonthlyLetters
from alpine_web.letters.notice_letters import TemplateNoticeLetters
from alpine_web.letters.stationery import Stationery
from alpine_web.letters.template_letters import TemplateLetters

__all__ = ["Stationery", "TemplateLetters", "TemplateMonthlyLetters", "TemplateNoticeLetters"]
