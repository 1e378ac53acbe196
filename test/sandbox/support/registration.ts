import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  CreateProvisioningTemplateCommand,
  GetRegistrationCodeCommand,
  RegisterCACertificateCommand,
  RegisterCertificateCommand,
  type IoTClient,
  type RegisterCACertificateCommandInput,
} from '@aws-sdk/client-iot';
import { TestAuthority, type Issued } from './test-pki.js';

export const ROLE = 'arn:aws:iam::111111111111:role/lineside-provisioning';

/** An active CA in SNI_ONLY mode, bent as a test needs it. */
export async function registerCa(iot: IoTClient, ca: TestAuthority, more: Partial<RegisterCACertificateCommandInput> = {}): Promise<void> {
  await iot.send(new RegisterCACertificateCommand({ caCertificate: ca.pem, certificateMode: 'SNI_ONLY', setAsActive: true, ...more }));
}

export async function registerDefaultCa(iot: IoTClient, ca: TestAuthority, more: Partial<RegisterCACertificateCommandInput> = {}): Promise<void> {
  const { registrationCode } = await iot.send(new GetRegistrationCodeCommand({}));
  const verificationCertificate = await ca.prove(registrationCode!);
  await registerCa(iot, ca, { certificateMode: 'DEFAULT', verificationCertificate, ...more });
}

export async function createTemplate(iot: IoTClient, templateName: string, template: object, enabled = true): Promise<void> {
  const templateBody = JSON.stringify(template);
  await iot.send(new CreateProvisioningTemplateCommand({ templateName, templateBody, provisioningRoleArn: ROLE, enabled, type: 'JITP' }));
}

/** A CA that provisions with this template. */
export async function registerProvisioningCa(iot: IoTClient, template: object, templateName: string): Promise<TestAuthority> {
  await createTemplate(iot, templateName, template);
  const ca = await TestAuthority.make();
  await registerCa(iot, ca, { allowAutoRegistration: true, registrationConfig: { templateName } });
  return ca;
}

/** Registers an active device with a policy of its own. */
export async function registerDevice(iot: IoTClient, device: Issued, statements: object | object[]): Promise<void> {
  const { certificateArn } = await iot.send(new RegisterCertificateCommand({ certificatePem: device.pem, status: 'ACTIVE' }));
  const policyName = `policy-${device.id.slice(0, 16)}`;
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
}

export const ANYTHING = { Effect: 'Allow', Action: 'iot:*', Resource: '*' };
