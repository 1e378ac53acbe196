import { Injectable } from '@nestjs/common';
import { leaf } from '../audit/leaf.js';
import type { Endpoint } from '../aws-iot/targets/endpoints.js';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import type { WorkClass } from '../hsm/hsm.js';
import type { LedgerCertificate, LiveCertificate } from '../issuance/certificate.repository.js';
import { type DeviceKey, DeviceKeys } from '../issuance/device-key.js';
import { certificateAwaited, keyShownOnce, unitAlreadyProvisioned } from '../issuance/issuance.errors.js';
import { type IssuanceRequest, type Issued, IssuanceService } from '../issuance/issuance.service.js';
import { Profiles } from '../issuance/profiles.js';
import { ServiceKeyMaker, type StationKey } from '../issuance/service-key.js';
import { hasCode } from '../platform/errors/domain-error.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { refusalOfState, unitNotFound } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';
import { AwsSigning } from './aws-signing.js';
import { type ClaimIdentity, type Identity, identityOf } from './identity.js';
import { type DirectRequest, type KeySource, ONE_KEY_SOURCE } from './identity.schema.js';

/** In place of an authority of ours. */
const BY_AWS = 'aws';

/** `replayed`: the unit had this certificate, or voucher, for this key already. */
export interface Identified {
  identity: Identity | ClaimIdentity;
  replayed: boolean;
}

/** Who asks, for which unit, under which lease. Without one the caller's role is enough, but nobody may hold the unit. */
export type IdentityRequest = Pick<IssuanceRequest, 'actor' | 'unit' | 'workOrder' | 'lease'>;

/** A unit's identity, however asked for: from a station, singly, in a batch; for a key of the device's, or one made for it. */
@Injectable()
export class IdentityService {
  /** PEM by authority. An authority's certificate never changes. */
  private readonly chains = new Map<string, string>();

  constructor(
    private readonly issuance: IssuanceService,
    private readonly awsSigning: AwsSigning,
    private readonly methods: ProvisioningMethods,
    private readonly deviceKeys: DeviceKeys,
    private readonly serviceKeys: ServiceKeyMaker,
    private readonly profiles: Profiles,
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly absence: LeaseAbsence,
  ) {}

  /** Without a station, on the caller's role. */
  issueDirectly(actor: string, { workOrder, serial, ...keySource }: DirectRequest, work: WorkClass): Promise<Identified> {
    return this.issue(this.lookUp(actor, workOrder, serial), keySource, work);
  }

  /** `request` is still being looked up while the CSR is read; what is wrong with the request is told before what is wrong with the CSR. */
  async issue(request: Promise<IdentityRequest>, { csr, encryptTo }: KeySource, work: WorkClass): Promise<Identified> {
    // A batch has time, and a line of it may name what does not exist.
    if (work === 'batch') await request;
    const key = csr === undefined ? undefined : this.deviceKeys.read(csr, work);
    // Awaited below, if the request itself is in order.
    key?.catch(() => undefined);
    const asked = await request;
    const method = this.methods.get(asked.workOrder.method);
    if (method.handOver) return this.awsSigning.handOver({ ...asked, key: await key, encryptTo });
    if (encryptTo) return this.issueWithServiceKey(asked, encryptTo, work);
    if (!key) throw requestInvalid(ONE_KEY_SOURCE);
    if (method.isSignedByAws?.(asked.workOrder)) return this.fromAws(asked, await key, csr!);
    const live = this.issuance.findLive(asked.unit);
    live.catch(() => undefined);
    return this.identify({ ...asked, key: await key, keyOrigin: 'device', record: [], work }, await live);
  }

  /** The certificate that AWS has signed for this key; until then the unit is entitled, AWS is asked with others', and the caller asks again. Throws `certificate-awaited`. */
  private async fromAws(request: IdentityRequest, key: DeviceKey, csr: string): Promise<Identified> {
    const { unit, workOrder } = request;
    const refusal = refusalOfState(unit.serial, unit.state);
    if (refusal) throw refusal;
    const endpoints = await this.methods.endpoints(workOrder);
    const signed = await this.issuance.findCertificate(unit.id);
    if (signed?.state === 'valid') {
      if (!signed.spkiSha256.equals(key.spkiSha256)) throw unitAlreadyProvisioned(unit.serial);
      return { identity: await this.identityBy(signed, unit.serial, endpoints), replayed: true };
    }
    await this.awsSigning.ask(request, key, csr);
    throw certificateAwaited(unit.serial);
  }

  /** Throws `key-shown-once` where the unit has a certificate for such a key already. */
  private async issueWithServiceKey(request: IdentityRequest, encryptTo: StationKey, work: WorkClass): Promise<Identified> {
    const { actor, unit, workOrder } = request;
    await this.assertUnprovisioned(unit);
    const { csr, keyType, spkiSha256, jwe, thumbprint } = await this.serviceKeys.make(this.profiles.get(workOrder.profile), unit.serial, encryptTo);
    const facts = { unit: unit.serial, workOrder: workOrder.id, keyType, spkiSha256: spkiSha256.toString('hex'), encryptedTo: thumbprint };
    const record = [leaf(actor, 'key.generated-for-device', `unit:${unit.serial}`, facts)];
    try {
      const key = await this.deviceKeys.read(csr, work);
      const { identity, replayed } = await this.identify({ ...request, key, keyOrigin: 'service', record, work }, await this.issuance.findLive(unit));
      return { identity: { ...identity, encryptedPrivateKey: jwe }, replayed };
    } catch (error) {
      // Another request for the unit was faster.
      if (hasCode(error, 'unit-already-provisioned')) await this.assertUnprovisioned(unit);
      throw error;
    }
  }

  private async assertUnprovisioned(unit: { id: number; serial: string }): Promise<void> {
    const live = await this.issuance.findCertificate(unit.id);
    if (live?.state !== 'valid') return;
    throw live.keyOrigin === 'service' ? keyShownOnce(unit.serial) : unitAlreadyProvisioned(unit.serial);
  }

  private async identify(request: IssuanceRequest, live: LiveCertificate | undefined): Promise<Identified> {
    const { unit, workOrder } = request;
    const refusal = refusalOfState(unit.serial, unit.state);
    if (refusal) throw refusal;
    const endpoints = await this.methods.endpoints(workOrder);
    const issued = await this.issuance.issue(request, live);
    return { identity: this.toIdentity(issued, unit.serial, endpoints), replayed: issued.replayed };
  }

  /** The identity that the unit of this serial has by a certificate that is valid. */
  async describe(serial: string, certificate: LedgerCertificate): Promise<Identity> {
    return this.identityBy(certificate, serial, await this.methods.endpoints(await this.orders.getTerms(certificate.workOrderId)));
  }

  /** AWS shows no chain of what it has signed, and its devices need none. */
  private async identityBy(certificate: LedgerCertificate, serial: string, endpoints: Endpoint[]): Promise<Identity> {
    const { der, fingerprint, notAfter, authorityId } = certificate;
    if (authorityId === null && der && fingerprint !== null) return identityOf({ certificate: der, fingerprint, notAfter, authority: BY_AWS, chain: '', serial, endpoints });
    return this.toIdentity(await this.issuance.issuedAs(certificate), serial, endpoints);
  }

  private toIdentity({ certificate, fingerprint, notAfter, authority }: Issued, serial: string, endpoints: Endpoint[]): Identity {
    let chain = this.chains.get(authority.id);
    if (chain === undefined) this.chains.set(authority.id, (chain = toPem('CERTIFICATE', authority.certificate)));
    return identityOf({ certificate, fingerprint, notAfter, authority: authority.id, chain, serial, endpoints });
  }

  private async lookUp(actor: string, workOrderId: string, serial: string): Promise<IdentityRequest> {
    const workOrder = await this.orders.getTerms(workOrderId);
    const unit = await this.units.getBySerial(serial);
    if (unit.workOrderId !== workOrderId) throw unitNotFound(serial);
    // A station that could not renew while the service was away still has its unit.
    await this.absence.makeGood();
    return { actor, unit, workOrder, lease: undefined };
  }
}
