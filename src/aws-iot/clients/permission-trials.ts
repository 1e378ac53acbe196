import { DeleteCACertificateCommand, DeleteCertificateCommand, RegisterCACertificateCommand, RegisterCertificateWithoutCACommand } from '@aws-sdk/client-iot';
import { fingerprint } from '../../x509/certificate.js';
import { fromPem } from '../../x509/pem.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { isDenied } from './aws-failure.js';
import type { AwsIotCaller } from './aws-iot-caller.js';
import { probeCertificates } from './probe-certificates.js';
import type { ProbedAction } from './permission-probes.js';

/** The least that AWS takes as a template; the CA that names it is never ACTIVE. */
const TEMPLATE = JSON.stringify({
  Parameters: { 'AWS::IoT::Certificate::Id': { Type: 'String' } },
  Resources: { certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'INACTIVE' } } },
});

/** Permissions that only making something proves. What is made is INACTIVE, of a key that nobody has, and removed with the permission that is named here. */
export const TRIED_ACTIONS = {
  'iot:RegisterCACertificate': 'iot:DeleteCACertificate',
  'iam:PassRole': 'iot:DeleteCACertificate',
  'iot:RegisterCertificateWithoutCA': 'iot:DeleteCertificate',
} as const satisfies Record<string, ProbedAction>;
export type TriedAction = keyof typeof TRIED_ACTIONS;

/** What was made for a trial could not be removed again. */
export class LeftBehind extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what} was made to try the permission and could not be removed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = new.target.name;
  }
}

/** Whether AWS's denial is about the role that was handed over, and not about the call itself. */
export const isAboutPassingRole = (error: unknown): boolean => error instanceof AwsIotRefused && isDenied(error.code) && error.message.includes('iam:PassRole');

/** Makes something and removes it. Rejects with AWS's refusal (AwsIotError), or with LeftBehind. */
export async function tryAction(caller: AwsIotCaller, action: TriedAction, roleArn: string): Promise<void> {
  const { ca, device } = probeCertificates();
  if (action === 'iot:RegisterCertificateWithoutCA') {
    const certificateId = fingerprint(fromPem('CERTIFICATE', device));
    return madeAndRemoved(`The certificate ${certificateId}`,
      () => caller.create('RegisterCertificateWithoutCA', (iot, options) => iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: device, status: 'INACTIVE' }), options)),
      () => caller.find('DeleteCertificate', (iot, options) => iot.send(new DeleteCertificateCommand({ certificateId }), options)));
  }
  const certificateId = fingerprint(fromPem('CERTIFICATE', ca));
  const registrationConfig = action === 'iam:PassRole' ? { registrationConfig: { templateBody: TEMPLATE, roleArn } } : {};
  // Without a proof of the key, which SNI_ONLY does not want; the permission is the same in both modes.
  const command = new RegisterCACertificateCommand({ caCertificate: ca, certificateMode: 'SNI_ONLY', setAsActive: false, allowAutoRegistration: false, ...registrationConfig });
  await madeAndRemoved(`The CA certificate ${certificateId}`,
    () => caller.create('RegisterCACertificate', (iot, options) => iot.send(command, options)),
    () => caller.find('DeleteCACertificate', (iot, options) => iot.send(new DeleteCACertificateCommand({ certificateId }), options)));
}

/** An answer that was lost says nothing about what was made, so that it is removed then too. */
async function madeAndRemoved(what: string, make: () => Promise<unknown>, remove: () => Promise<unknown>): Promise<void> {
  let refusal: unknown;
  try {
    await make();
  } catch (error) {
    if (error instanceof AwsIotRefused) throw error;
    refusal = error;
  }
  try {
    await remove();
  } catch (error) {
    throw new LeftBehind(what, error);
  }
  if (refusal !== undefined) throw refusal as Error;
}
