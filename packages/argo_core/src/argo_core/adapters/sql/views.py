"""The views that people, reports and the seeds' own queries read."""

from __future__ import annotations

SIGNALS_VIEW = """CREATE VIEW signals AS
SELECT s.id, s.signal_id, s.symbol, s.action, s.entry_price, s.target_price, s.stop_price, s.confidence, s.strategy,
       s.asset_type, s.data_source, s.timestamp, o.counted_as AS outcome, o.exit_price, o.profit_loss_pct,
       s.verification_hash AS sha256, nullif(e.order_id, '') AS order_id, s.created_at, s.service_type, e.executor_id,
       s.generated_by, s.regime, s.reasoning, o.result, s.scheme, s.as_of, s.win_probability, n.net_pct
FROM signal_log AS s
LEFT JOIN outcome_log AS o ON o.signal_id = s.signal_id
LEFT JOIN outcome_entry AS n ON n.signal_id = s.signal_id
LEFT JOIN execution_log AS e ON e.id = (SELECT min(f.id) FROM execution_log AS f WHERE f.signal_id = s.signal_id)"""

EXECUTIONS_VIEW = """CREATE VIEW executions AS
SELECT e.signal_id, e.executor_id, nullif(e.order_id, '') AS order_id, e.state, e.filled_at, e.price, e.quantity,
       e.profit_loss_pct
FROM execution_log AS e
WHERE e.id = (SELECT max(l.id) FROM execution_log AS l
              WHERE l.signal_id = e.signal_id AND l.executor_id = e.executor_id AND l.order_id = e.order_id)"""

VIEWS = (SIGNALS_VIEW, EXECUTIONS_VIEW)
