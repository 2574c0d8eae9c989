// A service with the OpenTelemetry Go SDK that reports by OTLP as its environment says (OTEL_EXPORTER_OTLP_ENDPOINT,
// GO_SDK_PROTOCOL: grpc or http), and prints as JSON what the SDK handed to its exporters.
package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log"
	api "go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const requests = 40

type row map[string]any

// What was handed to exporters, in the order of handing over.
var told struct {
	sync.Mutex
	Spans  []row `json:"spans"`
	Points []row `json:"points"`
	Logs   []row `json:"logs"`
}

func nanos(t time.Time) string { return fmt.Sprint(t.UnixNano()) }

func texts(attributes []attribute.KeyValue) map[string]string {
	made := map[string]string{}
	for _, each := range attributes {
		made[string(each.Key)] = each.Value.Emit()
	}
	return made
}

type spans struct{ sdktrace.SpanExporter }

func (s spans) ExportSpans(ctx context.Context, list []sdktrace.ReadOnlySpan) error {
	told.Lock()
	for _, span := range list {
		parent := ""
		if span.Parent().HasSpanID() {
			parent = span.Parent().SpanID().String()
		}
		events := []row{}
		for _, event := range span.Events() {
			events = append(events, row{"time": nanos(event.Time), "name": event.Name, "attributes": texts(event.Attributes)})
		}
		told.Spans = append(told.Spans, row{
			"trace": span.SpanContext().TraceID().String(), "span": span.SpanContext().SpanID().String(), "parent": parent,
			"name": span.Name(), "kind": span.SpanKind().String(), "start": nanos(span.StartTime()),
			"duration": fmt.Sprint(span.EndTime().Sub(span.StartTime()).Nanoseconds()), "attributes": texts(span.Attributes()),
			"status": span.Status().Code.String(), "message": span.Status().Description, "events": events,
			"scope": span.InstrumentationScope().Name, "version": span.InstrumentationScope().Version,
		})
	}
	told.Unlock()
	return s.SpanExporter.ExportSpans(ctx, list)
}

type metrics struct{ metric.Exporter }

func (m metrics) Export(ctx context.Context, all *metricdata.ResourceMetrics) error {
	told.Lock()
	for _, scope := range all.ScopeMetrics {
		for _, each := range scope.Metrics {
			switch data := each.Data.(type) {
			case metricdata.Sum[int64]:
				for _, point := range data.DataPoints {
					base := pointRow("sum", each, point.Attributes, point.StartTime, point.Time)
					base["value"], base["int"], base["kind"] = float64(point.Value), fmt.Sprint(point.Value), 2
					base["exemplars"] = exemplars(point.Exemplars)
					base["monotonic"], base["temporality"] = data.IsMonotonic, 2
					told.Points = append(told.Points, base)
				}
			case metricdata.Gauge[float64]:
				for _, point := range data.DataPoints {
					base := pointRow("gauge", each, point.Attributes, point.StartTime, point.Time)
					base["value"], base["int"], base["kind"] = point.Value, "0", 1
					base["exemplars"] = exemplars(point.Exemplars)
					told.Points = append(told.Points, base)
				}
			case metricdata.Histogram[float64]:
				for _, point := range data.DataPoints {
					base := pointRow("histogram", each, point.Attributes, point.StartTime, point.Time)
					low, _ := point.Min.Value()
					high, _ := point.Max.Value()
					base["count"], base["sum"], base["min"], base["max"], base["temporality"] = point.Count, point.Sum, low, high, 2
					base["buckets"], base["bounds"], base["exemplars"] = point.BucketCounts, point.Bounds, exemplars(point.Exemplars)
					told.Points = append(told.Points, base)
				}
			default:
				panic(fmt.Sprintf("no rule for %T", data))
			}
		}
	}
	told.Unlock()
	return m.Exporter.Export(ctx, all)
}

func pointRow(table string, of metricdata.Metrics, set attribute.Set, start, at time.Time) row {
	return row{"table": table, "name": of.Name, "unit": of.Unit, "description": of.Description,
		"attributes": texts(set.ToSlice()), "start": nanos(start), "time": nanos(at)}
}

func exemplars[N int64 | float64](list []metricdata.Exemplar[N]) []row {
	made := []row{}
	for _, each := range list {
		made = append(made, row{"time": nanos(each.Time), "value": float64(each.Value), "trace": hex.EncodeToString(each.TraceID),
			"span": hex.EncodeToString(each.SpanID), "attributes": texts(each.FilteredAttributes)})
	}
	return made
}

type logs struct{ sdklog.Exporter }

func (l logs) Export(ctx context.Context, records []sdklog.Record) error {
	told.Lock()
	for _, record := range records {
		attributes := map[string]string{}
		record.WalkAttributes(func(each log.KeyValue) bool {
			attributes[each.Key] = each.Value.String()
			return true
		})
		told.Logs = append(told.Logs, row{"time": nanos(record.Timestamp()), "observed": nanos(record.ObservedTimestamp()),
			"trace": record.TraceID().String(), "span": record.SpanID().String(), "flags": byte(record.TraceFlags()),
			"severity": int(record.Severity()), "text": record.SeverityText(), "body": record.Body().AsString(), "attributes": attributes})
	}
	told.Unlock()
	return l.Exporter.Export(ctx, records)
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func exporters(ctx context.Context) (sdktrace.SpanExporter, metric.Exporter, sdklog.Exporter) {
	if os.Getenv("GO_SDK_PROTOCOL") == "grpc" {
		return must(otlptracegrpc.New(ctx, otlptracegrpc.WithCompressor("gzip"))), must(otlpmetricgrpc.New(ctx)), must(otlploggrpc.New(ctx))
	}
	return must(otlptracehttp.New(ctx)), must(otlpmetrichttp.New(ctx)), must(otlploghttp.New(ctx, otlploghttp.WithCompression(otlploghttp.GzipCompression)))
}

func main() {
	ctx := context.Background()
	spanExporter, metricExporter, logExporter := exporters(ctx)
	about := resource.NewSchemaless(attribute.String("service.name", os.Getenv("GO_SDK_SERVICE")))
	traces := sdktrace.NewTracerProvider(sdktrace.WithResource(about), sdktrace.WithBatcher(spans{spanExporter}))
	reader := metric.NewPeriodicReader(metrics{metricExporter}, metric.WithInterval(time.Hour))
	meters := metric.NewMeterProvider(metric.WithResource(about), metric.WithReader(reader))
	loggers := sdklog.NewLoggerProvider(sdklog.WithResource(about), sdklog.WithProcessor(sdklog.NewBatchProcessor(logs{logExporter})))
	tracer, meter, logger := traces.Tracer("shop", trace.WithInstrumentationVersion("1.0")), meters.Meter("shop"), loggers.Logger("shop")
	served := must(meter.Int64Counter("served", api.WithUnit("{request}"), api.WithDescription("requests")))
	took := must(meter.Float64Histogram("took", api.WithUnit("s"), api.WithExplicitBucketBoundaries(0.001, 0.01, 0.1)))
	level := must(meter.Float64Gauge("level"))
	for i := 0; i < requests; i++ {
		serve(ctx, i, tracer, logger, func(ctx context.Context) {
			route := api.WithAttributes(attribute.String("route", fmt.Sprint("/r", i%3)))
			served.Add(ctx, int64(i)+1<<54, route)
			took.Record(ctx, float64(i)/500, route)
			level.Record(ctx, float64(i)/3, route)
		})
	}
	must(0, traces.Shutdown(ctx))
	must(0, meters.Shutdown(ctx))
	must(0, loggers.Shutdown(ctx))
	must(0, json.NewEncoder(os.Stdout).Encode(&told))
}

func serve(ctx context.Context, i int, tracer trace.Tracer, logger log.Logger, measure func(context.Context)) {
	ctx, span := tracer.Start(ctx, fmt.Sprint("GET /r", i%3), trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.Int("i", i), attribute.Bool("ok", i%2 == 0), attribute.Float64("half", float64(i)/2)))
	defer span.End()
	measure(ctx)
	_, child := tracer.Start(ctx, "query", trace.WithSpanKind(trace.SpanKindClient))
	child.AddEvent("retry", trace.WithAttributes(attribute.String("why", "busy")))
	if i%4 == 0 {
		child.SetStatus(codes.Error, "too slow")
	}
	child.End()
	var record log.Record
	record.SetTimestamp(time.Now())
	record.SetSeverity(log.SeverityInfo2)
	record.SetSeverityText("info")
	record.SetBody(log.StringValue(fmt.Sprint("served ", i)))
	record.AddAttributes(log.Int("i", i), log.String("route", "/r"))
	logger.Emit(ctx, record)
}
