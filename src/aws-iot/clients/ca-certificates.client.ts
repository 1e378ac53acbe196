import {
  type CACertificateStatus,
  DeleteCACertificateCommand,
  DescribeCACertificateCommand,
  GetRegistrationCodeCommand,
  ListCertificatesByCACommand,
  RegisterCACertificateCommand,
  UpdateCACertificateCommand,
} from '@aws-sdk/client-iot';
import { toPem } from '../../x509/pem.js';
import { type AwsIotCaller, given } from './aws-iot-caller.js';
import type { RegisteredCertificate } from './certificates.client.js';

/** What we want of a CA in a target, and what may differ there. */
export interface CaSettings {
  status: string;
  autoRegistration: string;
  templateName: string | null;
}

export interface ObservedCa extends CaSettings {
  mode: string;
  ownedBy: string | null;
  customerVersion: number | null;
  createdAt: string | null;
}

/** CA certificates that are registered in one target. */
export class CaCertificatesClient {
  constructor(private readonly caller: AwsIotCaller) {}

  /** Of the account and region; the verification certificate's CN. */
  async registrationCode(): Promise<string> {
    const { registrationCode } = await this.caller.call('GetRegistrationCode', (iot, options) => iot.send(new GetRegistrationCodeCommand({}), options));
    return given(registrationCode, 'GetRegistrationCode');
  }

  async find(certificateId: string): Promise<ObservedCa | undefined> {
    const found = await this.caller.find('DescribeCACertificate', (iot, options) => iot.send(new DescribeCACertificateCommand({ certificateId }), options));
    const ca = found?.certificateDescription;
    return ca && {
      status: ca.status ?? 'INACTIVE',
      autoRegistration: ca.autoRegistrationStatus ?? 'DISABLE',
      templateName: found.registrationConfig?.templateName ?? null,
      mode: ca.certificateMode ?? 'DEFAULT',
      ownedBy: ca.ownedBy ?? null,
      customerVersion: ca.customerVersion ?? null,
      createdAt: ca.creationDate?.toISOString() ?? null,
    };
  }

  /** Active from the start. With `verification` (DER) in DEFAULT mode, without it SNI_ONLY. */
  async register(certificate: Buffer, { autoRegistration, templateName }: Pick<CaSettings, 'autoRegistration' | 'templateName'>, verification?: Buffer): Promise<void> {
    const command = new RegisterCACertificateCommand({
      caCertificate: toPem('CERTIFICATE', certificate),
      ...(verification
        ? { certificateMode: 'DEFAULT', verificationCertificate: toPem('CERTIFICATE', verification) }
        : { certificateMode: 'SNI_ONLY' }),
      setAsActive: true,
      allowAutoRegistration: autoRegistration === 'ENABLE',
      ...(templateName === null ? {} : { registrationConfig: { templateName } }),
    });
    await this.caller.create('RegisterCACertificate', (iot, options) => iot.send(command, options));
  }

  /** Changes only what `changes` names. AWS takes a template off only together with auto-registration, which is turned on again where it is wanted. */
  async update(certificateId: string, { status, autoRegistration, templateName }: Partial<CaSettings>): Promise<void> {
    if (templateName === null) {
      const command = new UpdateCACertificateCommand({ certificateId, removeAutoRegistration: true, newAutoRegistrationStatus: 'DISABLE' });
      await this.caller.call('UpdateCACertificate', (iot, options) => iot.send(command, options));
    }
    const command = new UpdateCACertificateCommand({
      certificateId,
      ...(isCaStatus(status) ? { newStatus: status } : {}),
      ...(autoRegistration === 'ENABLE' || autoRegistration === 'DISABLE' ? { newAutoRegistrationStatus: autoRegistration } : {}),
      ...(typeof templateName === 'string' ? { registrationConfig: { templateName } } : {}),
    });
    await this.caller.call('UpdateCACertificate', (iot, options) => iot.send(command, options));
  }

  /** AWS takes no CA out that is active. One that is not there is no error. */
  async remove(certificateId: string): Promise<void> {
    if (!(await this.find(certificateId))) return;
    await this.update(certificateId, { status: 'INACTIVE' });
    await this.caller.find('DeleteCACertificate', (iot, options) => iot.send(new DeleteCACertificateCommand({ certificateId }), options));
  }

  /** Device certificates that the CA has signed: one page of 250, newest first. */
  async certificatesOf(caCertificateId: string, marker?: string): Promise<{ certificates: RegisteredCertificate[]; next: string | undefined }> {
    const command = new ListCertificatesByCACommand({ caCertificateId, pageSize: 250, ascendingOrder: false, marker });
    const { certificates = [], nextMarker } = await this.caller.call('ListCertificatesByCA', (iot, options) => iot.send(command, options));
    return { certificates: certificates.map(({ certificateId, status }) => ({ id: certificateId ?? '', status: status ?? '' })), next: nextMarker };
  }
}

function isCaStatus(text: string | undefined): text is CACertificateStatus {
  return text === 'ACTIVE' || text === 'INACTIVE';
}
