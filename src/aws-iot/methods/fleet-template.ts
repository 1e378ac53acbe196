import { hash } from 'node:crypto';
import { VOUCHER_ATTRIBUTE } from '../../x509/voucher.js';
import type { Target } from '../targets/targets.schema.js';
import { arnOf } from './device-policy.js';
import type { FleetTemplate } from './parameters.js';

/** What a device says of itself when it asks, and what AWS adds (developer guide, "Fleet provisioning templates"). */
const CERTIFICATE_ID = 'AWS::IoT::Certificate::Id';

/**
 * The template for devices that ask for their certificates themselves (developer guide, "Device provisioning MQTT API"): `template`, or one that makes the Thing and attaches the
 * policy. Its name follows from its body, so that none is ever changed in place. `SerialNumber` is the Thing's name and `VoucherId` its mark; the hook says both, by the device's `Voucher`.
 */
export function fleetTemplate(template: FleetTemplate | undefined, policyName: string): { name: string; body: string } {
  const body = JSON.stringify(template ?? {
    Parameters: Object.fromEntries(['SerialNumber', 'Voucher', 'VoucherId', CERTIFICATE_ID].map((name) => [name, { Type: 'String' }])),
    Resources: {
      // A Thing that is there already is the unit's own, from a try that was cut short or from before a rework: the hook has let only its voucher in.
      thing: {
        Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' }, AttributePayload: { [VOUCHER_ATTRIBUTE]: { Ref: 'VoucherId' } } },
        OverrideSettings: { AttributePayload: 'DO_NOTHING', ThingTypeName: 'DO_NOTHING', ThingGroups: 'DO_NOTHING' },
      },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: CERTIFICATE_ID }, Status: 'ACTIVE' } },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
    },
  });
  return { name: `lineside-fleet-${hash('sha256', body).slice(0, 12)}`, body };
}

/**
 * What a claim may do: ask for a certificate and have it provisioned with this template, and nothing else (developer guide, "Provisioning by claim"). `keys`: whether devices bring a
 * CSR or have AWS make their keys, which are topics of their own.
 */
export function claimPolicy(templateName: string, keys: 'device' | 'aws', place: Pick<Target, 'accountId' | 'region'>): { name: string; document: string } {
  const topics = [keys === 'device' ? '$aws/certificates/create-from-csr/*' : '$aws/certificates/create/*', `$aws/provisioning-templates/${templateName}/provision/*`];
  const arns = (kind: 'topic' | 'topicfilter') => topics.map((topic) => arnOf(place, `${kind}/${topic}`));
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: arnOf(place, 'client/*') },
      { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: arns('topic') },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arns('topicfilter') },
    ],
  });
  return { name: `${templateName.replace('lineside-fleet', 'lineside-claim')}-${keys}`, document };
}

/** Names of the policies that a template attaches to devices; one that it makes itself has a name of AWS's. */
export function policiesOf(templateBody: string): string[] {
  const { Resources = {} } = JSON.parse(templateBody) as { Resources?: Record<string, { Type?: string; Properties?: { PolicyName?: unknown } }> };
  return Object.values(Resources).flatMap(({ Type, Properties }) => (Type === 'AWS::IoT::Policy' && typeof Properties?.PolicyName === 'string' ? [Properties.PolicyName] : []));
}
