import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { Hsm, type HsmKey, type HsmKeyType, type HsmState, type NamedKey, type ProbedKey, type ReadRequest, type SignOptions, type TokenDescription, type WorkOptions } from './hsm.js';

const NAMES = {
  sign: 'lineside_hsm_sign_seconds',
  read: 'lineside_csr_read_seconds',
  open: 'lineside_hsm_open_requests',
  signers: 'lineside_hsm_signers',
  circuit: 'lineside_hsm_circuit_open',
  ended: 'lineside_hsm_signers_ended_total',
};
/** Histogram buckets in seconds, from a signature of a local token to a batch's deadline. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

/** Wraps the port and measures how long callers wait, in the queue too, and with what outcome. */
export class MeteredHsm extends Hsm {
  private readonly signSeconds: Histogram;
  private readonly readSeconds: Histogram;

  constructor(
    private readonly hsm: Hsm,
    registry: Registry,
  ) {
    super();
    // Metrics are registered once per process, and a test builds several services in one process: the newest one is measured.
    for (const name of Object.values(NAMES)) registry.removeSingleMetric(name);
    const registers = [registry];
    const buckets = SECONDS;
    this.signSeconds = new Histogram({ name: NAMES.sign, help: 'Time until a signature came back from the HSM', labelNames: ['outcome', 'work'], buckets, registers });
    this.readSeconds = new Histogram({ name: NAMES.read, help: 'Time until a CSR was read and its signature checked', labelNames: ['outcome', 'work'], buckets, registers });
    new Gauge({
      name: NAMES.open,
      help: 'Requests for the HSM that are not answered yet',
      labelNames: ['work'],
      registers,
      collect() {
        for (const [work, count] of Object.entries(hsm.state().open)) this.set({ work }, count);
      },
    });
    this.gauge(registry, NAMES.signers, 'Signer processes that are logged in', ({ signers }) => signers);
    this.gauge(registry, NAMES.circuit, '1 while requests are refused at once because the HSM has failed repeatedly', ({ circuit }) => Number(circuit !== 'closed'));
    new Counter({
      name: NAMES.ended,
      help: 'Signer processes that ended without being told to, each of which is replaced',
      registers,
      collect() {
        this.reset();
        this.inc(hsm.state().signersEnded);
      },
    });
  }

  token(): Promise<TokenDescription> {
    return this.hsm.token();
  }

  generateKeyPair(label: string, keyType: HsmKeyType): Promise<HsmKey> {
    return this.hsm.generateKeyPair(label, keyType);
  }

  findKey(label: string): Promise<HsmKey | undefined> {
    return this.hsm.findKey(label);
  }

  listKeys(): Promise<NamedKey[]> {
    return this.hsm.listKeys();
  }

  sign(label: string, message: Buffer, options: SignOptions = {}): Promise<Buffer> {
    return timed(this.signSeconds, options, () => this.hsm.sign(label, message, options));
  }

  readRequest(csr: string, options: WorkOptions = {}): Promise<ReadRequest> {
    return timed(this.readSeconds, options, () => this.hsm.readRequest(csr, options));
  }

  probe(key?: ProbedKey): Promise<void> {
    return this.hsm.probe(key);
  }

  ready(options?: WorkOptions): Promise<void> {
    return this.hsm.ready(options);
  }

  state(): HsmState {
    return this.hsm.state();
  }

  private gauge(registry: Registry, name: string, help: string, value: (state: HsmState) => number): void {
    const read = () => value(this.hsm.state());
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}

async function timed<T>(seconds: Histogram, { work = 'station' }: WorkOptions, ask: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const observe = (outcome: string) => seconds.observe({ work, outcome }, (performance.now() - since) / 1_000);
  try {
    const answer = await ask();
    observe('answered');
    return answer;
  } catch (error) {
    observe(error instanceof Error && 'code' in error ? String(error.code) : 'failed');
    throw error;
  }
}
