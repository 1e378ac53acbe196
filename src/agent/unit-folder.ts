import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Granted, Identity } from '../client/station-answers.js';
import { createCsr } from '../x509/csr-writer.js';
import { toPem } from '../x509/pem.js';

/** What a program is told of its unit, by environment variable. Files are named by their paths. */
export type UnitEnvironment = Record<`LINESIDE_${string}`, string>;

/**
 * The files of the unit at a slot, in a folder of mode 0700: job.json, and with an identity identity.json, device.crt, chain.pem, and device.key where the key is made here. The key outlives a power
 * cut, so that the same certificate is answered for it, and goes when the unit has passed its last step, or failed.
 */
export class UnitFolder {
  private readonly keyFile: string;

  constructor(
    readonly folder: string,
    private readonly granted: Granted,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.keyFile = join(folder, 'device.key');
    this.write('job.json', JSON.stringify(granted, null, 2));
  }

  /** Whether the unit's key was made here. */
  get hasKey(): boolean {
    return existsSync(this.keyFile);
  }

  /** A certificate request for the unit's key, which is made where there is none. PEM. */
  csr(): string {
    if (!this.hasKey) this.write('device.key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    return toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'device' }], privateKey: createPrivateKey(readFileSync(this.keyFile)) }));
  }

  keep(identity: Identity): void {
    this.write('identity.json', JSON.stringify(identity, null, 2));
    if (identity.certificate !== undefined) this.write('device.crt', identity.certificate);
    if (identity.chain !== undefined) this.write('chain.pem', identity.chain);
  }

  environment(identity: Identity | undefined): UnitEnvironment {
    const { job, unit, workOrder, step, attempt, checkpoint } = this.granted;
    const file = (name: string) => join(this.folder, name);
    const [endpoint] = identity?.endpoints ?? [];
    return {
      LINESIDE_JOB: job.id, LINESIDE_SERIAL: unit.serial, LINESIDE_WORK_ORDER: workOrder.id, LINESIDE_PRODUCT: workOrder.product, LINESIDE_METHOD: workOrder.method, LINESIDE_ATTEMPT: String(attempt),
      LINESIDE_FOLDER: this.folder, LINESIDE_JOB_FILE: file('job.json'),
      ...(step === undefined ? {} : { LINESIDE_STEP: step.name }),
      ...(checkpoint === undefined ? {} : { LINESIDE_CHECKPOINT: JSON.stringify(checkpoint) }),
      ...(identity === undefined ? {} : { LINESIDE_IDENTITY_FILE: file('identity.json'), LINESIDE_THING_NAME: identity.thingName }),
      ...(identity?.certificate === undefined ? {} : { LINESIDE_CERTIFICATE_FILE: file('device.crt'), LINESIDE_CHAIN_FILE: file('chain.pem') }),
      ...(existsSync(this.keyFile) ? { LINESIDE_KEY_FILE: this.keyFile } : {}),
      ...(endpoint === undefined ? {} : { LINESIDE_ENDPOINT: endpoint.host, LINESIDE_ENDPOINT_PORT: String(endpoint.port) }),
    };
  }

  /** In one step, so that a power cut leaves the file before it or the whole new one. */
  private write(name: string, content: string): void {
    const file = join(this.folder, name);
    writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
}
