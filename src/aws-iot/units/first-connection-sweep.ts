import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FirstConnectionRepository, type Sweep } from './first-connections.repository.js';
import { ProvisioningMethods } from '../methods/methods.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { UnitReconciler } from './unit-reconciler.js';

const logger = new Logger('FirstConnectionSweep');
const WIDTH = 4;
/** Pages of one look, of 250 certificates, newest first. A device's first connection makes its certificate the newest. */
const PAGES = 4;

/**
 * A unit may lie in its box for months before it connects, so that looking for each by itself comes ever more rarely. The newest certificates
 * of a CA in a target show within seconds who has come: one call per CA and AWS_SWEEP_MS. Runs in workers only.
 */
@Injectable()
export class FirstConnectionSweep {
  constructor(
    @Inject(CONFIG) config: Config,
    loops: AwsLoops,
    private readonly connections: FirstConnectionRepository,
    private readonly targets: TargetRepository,
    private readonly methods: ProvisioningMethods,
    private readonly clients: AwsIotClients,
    private readonly unitReconciler: UnitReconciler,
  ) {
    loops.add({
      name: 'FirstConnectionSweep',
      everyMs: Math.min(config.RECONCILE_MS, config.AWS_SWEEP_MS),
      width: WIDTH,
      take: (limit) => connections.claimSweeps(methods.meetingDevices(), config.AWS_SWEEP_MS, limit),
      work: (sweep) => this.lookThrough(sweep),
      failed: ({ authority, target }, { message }) => logger.warn({ event: 'first-connections.not-looked-for', authority, target, detail: message }),
    });
  }

  /** Goes on to the next page as long as pages show somebody who is looked for. */
  private async lookThrough(sweep: Sweep): Promise<void> {
    const target = await this.targets.get(sweep.target);
    const method = this.methods.get(sweep.method);
    if (method.sweep) {
      if ((await method.sweep(target, sweep)) > 0) this.unitReconciler.wake();
      return;
    }
    const { caCertificateId } = sweep;
    if (caCertificateId === null) return;
    const { caCertificates } = this.clients.for(target);
    let marker: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const { certificates, next } = await caCertificates.certificatesOf(caCertificateId, marker);
      const come = certificates.filter(({ status }) => method.arrivesAs.includes(status)).map(({ id }) => id);
      const arrived = await this.connections.arrived(sweep.target, come);
      const unknown = await this.connections.keepUnknown(sweep, certificates);
      if (method.unknown && unknown.length > 0) await method.unknown(target, sweep.authority, unknown);
      if (arrived > 0) this.unitReconciler.wake();
      marker = next;
      if (arrived === 0 || marker === undefined) return;
    }
  }
}
