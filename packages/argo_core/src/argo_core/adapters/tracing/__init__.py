"""Steps of our work as OpenTelemetry spans, sent to a collector. Extra `otel`."""

from argo_core.adapters.tracing.otlp_tracer import Collector, OtlpTracer

__all__ = ["Collector", "OtlpTracer"]
