import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../../platform/errors/domain-error.js';
import { SealedSecrets } from '../../platform/sealed-secrets.js';
import { Database } from '../../platform/database/database.js';
import { createCsr } from '../../x509/csr-writer.js';
import { toPem } from '../../x509/pem.js';
import { AwsIotError, AwsIotRefused } from '../aws-iot.errors.js';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { CertificatesClient } from '../clients/certificates.client.js';
import { ProvisioningMethods } from '../methods/methods.js';
import { WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { arnOf } from '../methods/device-policy.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { claimPurpose, type FleetClaim, FleetClaimRepository } from './fleet-claims.repository.js';

const WIDTH = 4;
const makeKeyPair = promisify(generateKeyPair);

/** Makes the claims of orders in AWS, and ends them there. Runs in workers only. */
@Injectable()
export class ClaimKeeper {
  private readonly loop: { wake(): void };

  constructor(
    loops: AwsLoops,
    private readonly claims: FleetClaimRepository,
    private readonly targets: TargetRepository,
    private readonly clients: AwsIotClients,
    private readonly secrets: SealedSecrets,
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
    private readonly db: Database,
  ) {
    this.loop = loops.add({ name: 'ClaimKeeper', width: WIDTH, take: (limit) => claims.claimDue(limit), takeWhileHeld: (limit) => claims.claimDue(limit, 'ending'), work: (claim) => this.keep(claim) });
  }

  /** Some claim may be due now. */
  wake() {
    this.loop.wake();
  }

  private async keep(claim: FleetClaim): Promise<void> {
    try {
      if (claim.state === 'pending') await this.make(claim);
      else if (claim.state === 'ending') await this.finish(claim);
      else await this.look(claim);
    } catch (error) {
      if (this.clients.signal.aborted) return;
      if (!(error instanceof AwsIotError || error instanceof DomainError)) throw error;
      if (error instanceof AwsIotRefused) this.clients.forget({ name: claim.target });
      await this.claims.postpone(claim, error.message, error instanceof AwsIotError ? error.code : null);
    }
  }

  /**
   * Key, certificate, policy, ACTIVE; each may be taken again. A process that dies between AWS's signature and its commit leaves a certificate in AWS that is INACTIVE and has no policy.
   * The claim may be ended, or another worker may take it, while AWS is asked: a certificate that the ledger does not keep is set REVOKED, as is one of a claim that was replaced, and a claim that has ended is ended again.
   */
  private async make(claim: FleetClaim): Promise<void> {
    const policy = await this.policyOf(claim);
    const { certificates, things } = this.clients.for(policy.target);
    const csr = claim.csr ?? (await this.makeKey(claim.order));
    const certificateId = claim.certificateId ?? (csr && (await this.sign(claim.order, csr, certificates)));
    if (certificateId === undefined) return;
    await things.attachPolicy(policy.name, arnOf(policy.target, `cert/${certificateId}`));
    // A worker that stalled is not to let in with a claim that was ended meanwhile.
    if (!(await this.claims.isStillMine(claim, certificateId))) return;
    let isOver = false;
    try {
      await certificates.setStatus(certificateId, 'ACTIVE');
    } finally {
      // Also when no answer came: AWS may have done it.
      isOver = await this.claims.endAgain(claim.order, certificateId);
      if (isOver) this.loop.wake();
      else if (await this.claims.isFormer(claim.order, certificateId)) {
        isOver = true;
        await certificates.setStatus(certificateId, 'REVOKED');
      }
    }
    if (!isOver) await this.claims.activated({ ...claim, certificateId });
  }

  /** The CSR of the key that was made. Undefined when the claim keeps another, or none any more. */
  private async makeKey(order: string): Promise<string | undefined> {
    const { privateKey } = await makeKeyPair('ec', { namedCurve: 'P-256' });
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'Lineside claim' }], privateKey }));
    const isKept = await this.claims.keepKey(order, { csr, sealedKey: await this.secrets.seal(claimPurpose(order), pkcs8) });
    pkcs8.fill(0);
    return isKept ? csr : undefined;
  }

  /** The id of the certificate that the claim keeps now. Undefined when it keeps another, or none any more. */
  private async sign(order: string, csr: string, certificates: CertificatesClient): Promise<string | undefined> {
    const { id, pem } = await certificates.signCsr(csr);
    if (await this.claims.keepCertificate(order, { csr, certificateId: id, certificate: pem })) return id;
    await certificates.setStatus(id, 'REVOKED');
    return undefined;
  }

  private async look(claim: FleetClaim): Promise<void> {
    const { order, expiresAt, retireAfter } = claim;
    const reason = +expiresAt <= Date.now() ? 'its date has come' : retireAfter === 'all-connected' && (await this.claims.allConnected(order)) ? 'all units have connected' : undefined;
    if (reason === undefined) return this.claims.rest(claim);
    await this.db.transaction().execute((tx) => this.claims.end(tx, 'system', order, reason));
    this.loop.wake();
  }

  /** REVOKED for good: what was copied from a device in its box is of no use any more. */
  private async finish(claim: FleetClaim): Promise<void> {
    if (claim.certificateId !== null) await this.clients.for(await this.targets.get(claim.target)).certificates.setStatus(claim.certificateId, 'REVOKED');
    await this.claims.ended(claim);
  }

  private async policyOf({ order, target }: FleetClaim) {
    const place = await this.targets.get(target);
    const terms = await this.orders.getTerms(order);
    return { target: place, name: this.methods.get(terms.method).claimPolicy?.(terms, place) ?? '' };
  }
}
