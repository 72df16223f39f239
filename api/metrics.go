package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the API's own, in a registry of their own. Labels are routes and codes, never anything of a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	running  prometheus.Gauge
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "saldo_http_requests_total", Help: "Requests answered."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "saldo_http_request_seconds", Help: "Time to the answer.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14), //nolint:mnd // 0.5 ms to 4 s
		}, []string{"route"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "saldo_commands_running", Help: "Commands being decided."}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.running, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "saldo_events", Help: "Events of the log, as far as this node has seen it."},
		func() float64 { return float64(s.config.Service.count.Load()) }))
	return m
}

func (m *metrics) observe(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (s *Server) metricsPage(c *call) (answer, error) {
	c.done = true
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(c.write, c.Request)
	return answer{status: http.StatusOK}, nil
}
