import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Authority } from '../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import type { Json } from '../platform/database/schema.js';
import type { AwsIotClient, CaSettings, ObservedCa } from './aws-iot.client.js';
import { AwsIotRefused, AwsIotUnavailable } from './aws-iot.errors.js';
import { DEVICE_POLICY, devicePolicyDocument, JITP_TEMPLATE, jitpTemplateBody } from './jitp.method.js';
import type { Target } from './targets.schema.js';

/** What the ledger wants of one authority in one target. */
export const DesiredRegistration = z.object({
  mode: z.enum(['SNI_ONLY', 'DEFAULT']),
  status: z.enum(['ACTIVE', 'INACTIVE']),
  autoRegistration: z.enum(['ENABLE', 'DISABLE']),
  templateName: z.string(),
});
export type DesiredRegistration = z.infer<typeof DesiredRegistration>;

/** How one round at a registration ended. `passing`: time may heal it. `mended`: what had to be set right in AWS. */
export type Outcome =
  | { state: 'in-sync'; observed: Record<string, Json>; caCertificateId: string; mended: string[] }
  | { state: 'drifted'; observed: Record<string, Json>; caCertificateId: string; mended: string[]; detail: string }
  | { state: 'failed'; detail: string; passing: boolean };

/**
 * Makes one authority known in one target. Every step first looks and then changes only what differs, so it can be
 * broken off anywhere and begun again, by anybody.
 */
@Injectable()
export class CaRegistration {
  constructor(private readonly authorities: CertificateAuthorityService) {}

  /** Rejects with an AwsIotError, or with the HSM's when a DEFAULT target needs a signature. */
  async bringAbout(aws: AwsIotClient, authority: Authority, target: Target, desired: DesiredRegistration): Promise<Exclude<Outcome, { state: 'failed' }>> {
    const differences = [
      ...(await this.ensurePolicy(aws, target)),
      // The CA names the template, and auto-registration may begin the moment the CA is active.
      ...(await this.ensureTemplate(aws, target)),
    ];
    const ca = await this.ensureCa(aws, authority, target, desired);
    const result = { observed: { ...ca.observed }, caCertificateId: authority.fingerprint, mended: ca.mended };
    const detail = [...differences, ...ca.differences].join('; ');
    return detail === '' ? { state: 'in-sync', ...result } : { state: 'drifted', ...result, detail: `In AWS ${detail}` };
  }

  private async ensurePolicy(aws: AwsIotClient, target: Target): Promise<string[]> {
    const document = devicePolicyDocument(target);
    let policy = await aws.findPolicy(DEVICE_POLICY);
    if (!policy) {
      await aws.createPolicy(DEVICE_POLICY, document);
      policy = await aws.findPolicy(DEVICE_POLICY);
    }
    if (!policy) throw new AwsIotUnavailable(`The policy ${DEVICE_POLICY} was made, but AWS IoT does not show it yet`);
    // The ARN names the account that really answers. A CA in somebody else's account would be hard to take back.
    const account = policy.arn.split(':')[4];
    if (account !== target.accountId) throw new AwsIotRefused('WrongAccount', `The credentials belong to account ${account} and not to ${target.accountId}`);
    return sameJson(policy.document, document) ? [] : [`the policy ${DEVICE_POLICY} has another document`];
  }

  /** Somebody may have good reasons for a changed template, so it is shown and not overwritten. */
  private async ensureTemplate(aws: AwsIotClient, target: Target): Promise<string[]> {
    let template = await aws.findTemplate(JITP_TEMPLATE);
    if (!template) {
      await aws.createJitpTemplate(JITP_TEMPLATE, jitpTemplateBody(), target.provisioningRoleArn);
      template = await aws.findTemplate(JITP_TEMPLATE);
    }
    if (!template) throw new AwsIotUnavailable(`The template ${JITP_TEMPLATE} was made, but AWS IoT does not show it yet`);
    const differing = [
      template.type === 'JITP' ? [] : [`the type ${template.type}`],
      template.enabled ? [] : ['been disabled'],
      template.roleArn === target.provisioningRoleArn ? [] : ['another role'],
      sameJson(template.body, jitpTemplateBody()) ? [] : ['another body'],
    ].flat();
    return differing.map((what) => `the template ${JITP_TEMPLATE} has ${what}`);
  }

  private async ensureCa(aws: AwsIotClient, authority: Authority, target: Target, desired: DesiredRegistration) {
    const { fingerprint } = authority;
    const mended: string[] = [];
    let observed = await aws.findCa(fingerprint);
    if (!observed) {
      await this.register(aws, authority, desired);
      observed = await mustFind(aws, fingerprint);
    }
    if (observed.ownedBy !== null && observed.ownedBy !== target.accountId) {
      throw new AwsIotRefused('WrongAccount', `The CA is owned by account ${observed.ownedBy} and not by ${target.accountId}`);
    }
    const changes = differing(observed, desired);
    if (Object.keys(changes).length > 0) {
      mended.push(...Object.keys(changes));
      await aws.updateCa(fingerprint, changes);
      observed = await mustFind(aws, fingerprint);
    }
    const differences = Object.keys(differing(observed, desired)).map((what) => `the CA's ${what} stays different`);
    if (observed.mode !== desired.mode) {
      differences.push(`the CA is registered in mode ${observed.mode} instead of ${desired.mode}, which only deleting and registering it again can change`);
    }
    return { observed, mended, differences };
  }

  private async register(aws: AwsIotClient, authority: Authority, { mode, templateName }: DesiredRegistration) {
    if (mode === 'SNI_ONLY') return aws.registerCa(authority.certificate, templateName);
    const verification = await this.authorities.verificationCertificate(authority, await aws.registrationCode());
    return aws.registerCa(authority.certificate, templateName, verification);
  }
}

async function mustFind(aws: AwsIotClient, caCertificateId: string): Promise<ObservedCa> {
  const ca = await aws.findCa(caCertificateId);
  if (!ca) throw new AwsIotUnavailable('The CA was registered, but AWS IoT does not show it yet');
  return ca;
}

function differing(observed: CaSettings, desired: CaSettings): Partial<CaSettings> {
  return {
    ...(observed.status === desired.status ? {} : { status: desired.status }),
    ...(observed.autoRegistration === desired.autoRegistration ? {} : { autoRegistration: desired.autoRegistration }),
    ...(observed.templateName === desired.templateName ? {} : { templateName: desired.templateName }),
  };
}

/** AWS may answer with other white space or another order of members. */
function sameJson(left: string, right: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(left), JSON.parse(right));
  } catch {
    return false;
  }
}
