"""The audit of the whole record over these services."""

from __future__ import annotations

from alpine_core.intake.full_audit import FullAudit
from alpine_core.verify.audit_report import AuditReport
from alpine_web.services import Services


async def audit_record(services: Services) -> AuditReport:
    """Once. Raises StoreError."""
    audit = FullAudit(
        services.policy,
        services.settings.mirror_name,
        services.audit,
        services.shelf,
        services.realised,
        services.states,
        services.mirror,
        services.watch,
        services.clock,
    )
    return await audit.report()
