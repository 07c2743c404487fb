"""Time anchors: RFC 3161 authorities (extra `anchor`), and where their receipts are kept (extra `sql`)."""
