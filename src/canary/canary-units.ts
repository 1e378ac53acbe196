import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import type { Endpoint } from '../aws-iot/targets/endpoints.js';
import { IssuanceService } from '../issuance/issuance.service.js';
import { Profiles } from '../issuance/profiles.js';
import { ServiceKeyMaker } from '../issuance/service-key.js';
import { Instance } from '../platform/database/instance.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { toPem } from '../x509/pem.js';
import type { LoadedCanary } from './canary-trial.js';
import { type Canary, CanaryRepository } from './canary.repository.js';

/** Gives a canary what a station loads into a device: a key, a certificate of the order's profile and authority, and the endpoints. */
@Injectable()
export class CanaryUnits {
  constructor(
    private readonly canaries: CanaryRepository,
    private readonly issuance: IssuanceService,
    private readonly keys: ServiceKeyMaker,
    private readonly profiles: Profiles,
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
    private readonly instance: Instance,
  ) {}

  /** The key is in what is answered, and nowhere else. Throws what keeps the order from issuing, but that it is not released; `work-order-state` where it has ended since the canary was asked for. */
  async load({ id, serial, unitId, workOrder, requestedBy, over443 }: Canary & { unitId: number }): Promise<{ canary: LoadedCanary; endpoints: Endpoint[] }> {
    const order = await this.orders.getTerms(workOrder);
    const method = this.methods.get(order.method);
    const endpoints = await this.methods.endpoints(order);
    const { privateKey, spki, keyType } = await this.keys.pair(this.profiles.get(order.profile));
    const issued = await this.issuance.issue({
      actor: requestedBy, unit: { id: unitId, serial, state: 'planned', canary: true }, workOrder: order, key: { spki, keyType, spkiSha256: hash('sha256', spki, 'buffer') },
      keyOrigin: 'service', lease: undefined, work: 'batch', record: [],
    }, undefined);
    const isOurs = await this.canaries.issued(id, this.instance.number, { authority: issued.authority.id, certificate: issued.fingerprint });
    if (!isOurs) throw new Error(`The canary ${serial} was given up meanwhile`);
    const unit = {
      certificate: toPem('CERTIFICATE', issued.certificate), chain: toPem('CERTIFICATE', issued.authority.certificate), thingName: serial,
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), authority: undefined,
    };
    const topics = method.canaryTopics?.(order) ?? { allowedTopic: undefined, forbiddenTopic: undefined };
    return { canary: { unit, certificateId: issued.fingerprint, topics, over443, isRegistered: method.arrivesAs.length === 0 }, endpoints };
  }
}
