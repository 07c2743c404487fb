"""Floor 3: what a payment gives: decisions over ports, without input or output of their own."""

from alpine_core.billing.billing import Billing, BillingState, Taken
from alpine_core.billing.holding import BillingHolding
from alpine_core.billing.standing import paid_tier, standing_of

__all__ = ["Billing", "BillingHolding", "BillingState", "Taken", "paid_tier", "standing_of"]
