import { Injectable } from '@nestjs/common';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import type { HandOver } from '../aws-iot/methods/provisioning-method.js';
import { FreshVerdicts } from '../aws-iot/registrations/fresh-verdicts.js';
import { AwsEntitlements, type EntitlementRequest } from '../issuance/aws-entitlements.js';
import type { DeviceKey } from '../issuance/device-key.js';
import { sealTo } from '../issuance/service-key.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { toPem } from '../x509/pem.js';
import { type ClaimIdentity, placesOf } from './identity.js';

/** Units whose certificates AWS signs: whoever is refused by what was last seen in AWS has it asked once more. */
@Injectable()
export class AwsSigning {
  constructor(
    private readonly entitlements: AwsEntitlements,
    private readonly methods: ProvisioningMethods,
    private readonly verdicts: FreshVerdicts,
    private readonly absence: LeaseAbsence,
  ) {}

  /** The unit is entitled, and AWS is asked with others' to sign its CSR (PEM). The same again changes nothing. */
  async ask(request: Omit<EntitlementRequest, 'key'>, key: DeviceKey, csr: string): Promise<void> {
    const { unit, workOrder } = request;
    await this.entitling(request, () => this.entitlements.entitle({ ...request, key }));
    await this.methods.get(workOrder.method).askAws?.(workOrder, unit.id, key, csr);
  }

  /** AWS signs, when the device asks it. The claim's private key is answered as often as it is asked for. */
  async handOver(request: HandOver): Promise<{ identity: ClaimIdentity; replayed: boolean }> {
    const { unit, workOrder, encryptTo } = request;
    const endpoints = await this.methods.endpoints(workOrder);
    const { replayed, claim: brought, ...handed } = await this.entitling(request, () => this.methods.get(workOrder.method).handOver!(request));
    const places = { thingName: unit.serial, ...placesOf(endpoints) };
    if (!brought) return { identity: { ...places, claim: handed }, replayed };
    const { pkcs8, ...claim } = brought;
    try {
      const key = encryptTo ? { encryptedPrivateKey: (await sealTo(encryptTo, pkcs8)).jwe } : { privateKey: toPem('PRIVATE KEY', pkcs8) };
      return { identity: { ...places, claim: { ...handed, ...claim, ...key } }, replayed };
    } finally {
      pkcs8.fill(0);
    }
  }
  /** The ledger may have been away while the CSR was read or AWS was asked, and no lease may have ended by that. */
  private entitling<T>({ workOrder, lease }: Pick<EntitlementRequest, 'workOrder' | 'lease'>, entitle: () => Promise<T>): Promise<T> {
    return this.verdicts.before(workOrder, async () => {
      if (!lease) await this.absence.makeGood();
      return entitle();
    });
  }
}
