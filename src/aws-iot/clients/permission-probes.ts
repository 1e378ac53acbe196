import { randomBytes } from 'node:crypto';
import {
  DeleteCACertificateCommand, DeleteCertificateCommand, DescribeCACertificateCommand, DescribeCertificateCommand, DescribeProvisioningTemplateCommand, DescribeThingCommand,
  GetPolicyCommand, GetRegistrationCodeCommand, ListCertificatesByCACommand, UpdateCACertificateCommand, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { isDenied } from './aws-failure.js';
import type { AwsIotCaller } from './aws-iot-caller.js';

/** Asks AWS whether an operation is permitted. Rejects as every call does; resolves when AWS permits it. */
export interface PermissionProbe {
  operation: string;
  ask: () => Promise<void>;
}

/**
 * One call of each operation that is needed, which changes nothing: it names a certificate, template, policy or Thing that is not there, and AWS says whether
 * the caller is permitted before it says that there is none. Creating can't be tried so.
 */
export function permissionProbes(caller: AwsIotCaller, mode: 'SNI_ONLY' | 'DEFAULT'): PermissionProbe[] {
  // AWS's ids of certificates are SHA-256: nobody has this one.
  const certificateId = randomBytes(32).toString('hex');
  const name = `lineside-check-${certificateId.slice(0, 16)}`;
  const probe = (operation: string, send: Parameters<AwsIotCaller['call']>[1]): PermissionProbe => ({
    operation,
    ask: () => caller.call(operation, send).then(() => undefined, (error: unknown) => {
      // Whatever else AWS says of something that is not there, it has let the caller ask.
      if (!(error instanceof AwsIotRefused) || isDenied(error.code) || error.isAboutCredentials) throw error;
    }),
  });
  const all = [
    probe('GetPolicy', (iot, options) => iot.send(new GetPolicyCommand({ policyName: name }), options)),
    probe('DescribeProvisioningTemplate', (iot, options) => iot.send(new DescribeProvisioningTemplateCommand({ templateName: name }), options)),
    probe('DescribeCACertificate', (iot, options) => iot.send(new DescribeCACertificateCommand({ certificateId }), options)),
    probe('UpdateCACertificate', (iot, options) => iot.send(new UpdateCACertificateCommand({ certificateId, newStatus: 'INACTIVE' }), options)),
    probe('DeleteCACertificate', (iot, options) => iot.send(new DeleteCACertificateCommand({ certificateId }), options)),
    probe('ListCertificatesByCA', (iot, options) => iot.send(new ListCertificatesByCACommand({ caCertificateId: certificateId, pageSize: 1 }), options)),
    probe('DescribeCertificate', (iot, options) => iot.send(new DescribeCertificateCommand({ certificateId }), options)),
    probe('UpdateCertificate', (iot, options) => iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }), options)),
    probe('DeleteCertificate', (iot, options) => iot.send(new DeleteCertificateCommand({ certificateId }), options)),
    probe('DescribeThing', (iot, options) => iot.send(new DescribeThingCommand({ thingName: name }), options)),
  ];
  if (mode === 'SNI_ONLY') return all;
  return [...all, probe('GetRegistrationCode', (iot, options) => iot.send(new GetRegistrationCodeCommand({}), options))];
}
