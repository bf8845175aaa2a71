// Metrics of a service, for Prometheus: of its requests and of the runtime, besides prom-client's own of Node. The names follow
// Prometheus's guide.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Admission } from './admission.js';
import type { Gauges } from './parts.js';

/** Bounds of the histogram's buckets, in seconds: from a picture of a few pixels to one of many millions. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The counters and gauges of one service. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'code'>;
  readonly #seconds: Histogram;
  #inFlight = 0;

  /** @param name prefix of the names of the service's own metrics */
  constructor(name: string, admission: Admission, gauges: () => Gauges) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: `${name}_requests_total`,
      help: 'Requests answered, by status code; 499 if the client had gone.',
      labelNames: ['code'],
      registers,
    });
    this.#seconds = new Histogram({
      name: `${name}_request_seconds`,
      help: 'Seconds from the head of a request to the last byte of its answer.',
      buckets: SECONDS,
      registers,
    });
    const gauge = (what: string, help: string, read: () => number) =>
      new Gauge({
        name: `${name}_${what}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    const total = (what: string, help: string, read: () => number) =>
      new Counter({
        name: `${name}_${what}_total`,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    gauge('in_flight', 'Requests that are being answered.', () => this.#inFlight);
    gauge('rendering', 'Requests that goroutines are working on.', () => admission.rendering);
    gauge('queued', 'Requests that wait in line.', () => admission.waiting);
    total('refused', 'Requests that would have had to wait too long.', () => admission.refusals);
    gauge('goroutines', 'Goroutines that are alive.', () => gauges().goroutines);
    gauge('procs', 'Ps.', () => gauges().procs);
    gauge('shared_memory_bytes', 'Shared memory that goroutines have been given.', () => gauges().sharedBytes);
    total('pixels', 'Pixels painted.', () => gauges().pixels);
  }

  /** Number of requests that are being answered. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts a request that has arrived. */
  begin(): void {
    this.#inFlight++;
  }

  /** Counts a request that was answered after `seconds`. */
  end(code: number, seconds: number): void {
    this.#inFlight--;
    this.#requests.inc({ code });
    this.#seconds.observe(seconds);
  }

  /** Content-Type of text(). */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus's format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Removes all metrics. */
  close(): void {
    this.#registry.clear();
  }
}
