"""What this process was told: the only package that reads the environment and settings files."""

from alpine_web.settings.load import load_settings
from alpine_web.settings.mail import MailSettings
from alpine_web.settings.payments import PaymentSettings
from alpine_web.settings.shape import DemoAccount, Settings

__all__ = ["DemoAccount", "MailSettings", "PaymentSettings", "Settings", "load_settings"]
