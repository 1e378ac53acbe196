import {
  CreateCertificateFromCsrCommand, DeleteCertificateCommand, DescribeCertificateCommand, ListCertificatesCommand, RegisterCertificateCommand, RegisterCertificateWithoutCACommand, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { toPem } from '../../x509/pem.js';
import { type AwsIotCaller, given } from './aws-iot-caller.js';

/** A device certificate in AWS's registry: PENDING_ACTIVATION until provisioning is through, then ACTIVE. */
export interface RegisteredCertificate {
  id: string;
  status: string;
}

/** One of which AWS says when it came there. */
export interface ListedCertificate extends RegisteredCertificate {
  createdAt: Date;
}

/** Device certificates in one target. */
export class CertificatesClient {
  constructor(private readonly caller: AwsIotCaller) {}

  async find(certificateId: string): Promise<(ListedCertificate & { pem: string | null }) | undefined> {
    const found = await this.caller.find('DescribeCertificate', (iot, options) => iot.send(new DescribeCertificateCommand({ certificateId }), options));
    const { status = '', certificatePem = null, creationDate = new Date(0) } = found?.certificateDescription ?? {};
    return found && { id: certificateId, status, pem: certificatePem, createdAt: creationDate };
  }

  /** REVOKED is for good. False when the registry does not know the certificate. */
  async setStatus(certificateId: string, newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED'): Promise<boolean> {
    const command = new UpdateCertificateCommand({ certificateId, newStatus });
    return (await this.caller.find('UpdateCertificate', (iot, options) => iot.send(command, options))) !== undefined;
  }

  /** DER. With this in the registry the device can't make its certificate known by itself any more. False when one is there already, which is left as it is. */
  async register(certificate: Buffer, ca: Buffer, status: 'INACTIVE' | 'REVOKED'): Promise<boolean> {
    const command = new RegisterCertificateCommand({ certificatePem: toPem('CERTIFICATE', certificate), caCertificatePem: toPem('CERTIFICATE', ca), status });
    return this.caller.create('RegisterCertificate', (iot, options) => iot.send(command, options));
  }

  /** DER; INACTIVE, and whether or not its CA is registered. False when it is there already, which is left as it is. */
  async registerWithoutCa(certificate: Buffer): Promise<boolean> {
    const command = new RegisterCertificateWithoutCACommand({ certificatePem: toPem('CERTIFICATE', certificate), status: 'INACTIVE' });
    return this.caller.create('RegisterCertificateWithoutCA', (iot, options) => iot.send(command, options));
  }

  /** AWS's own CA signs it (PEM); INACTIVE, and another one each time. */
  async signCsr(csr: string): Promise<{ id: string; pem: string }> {
    const command = new CreateCertificateFromCsrCommand({ certificateSigningRequest: csr, setAsActive: false });
    const { certificateId, certificatePem } = await this.caller.call('CreateCertificateFromCsr', (iot, options) => iot.send(command, options));
    return { id: given(certificateId, 'CreateCertificateFromCsr'), pem: given(certificatePem, 'CreateCertificateFromCsr') };
  }

  /** A page of 250 of all certificates, newest first. `next`: where it goes on. */
  async newest(marker?: string): Promise<{ certificates: ListedCertificate[]; next: string | undefined }> {
    const command = new ListCertificatesCommand({ pageSize: 250, ascendingOrder: false, ...(marker === undefined ? {} : { marker }) });
    const { certificates = [], nextMarker } = await this.caller.call('ListCertificates', (iot, options) => iot.send(command, options));
    return { certificates: certificates.map(({ certificateId = '', status = '', creationDate = new Date(0) }) => ({ id: certificateId, status, createdAt: creationDate })), next: nextMarker };
  }

  /** One that is not ACTIVE, with no Thing and no policy. False when the registry does not know it. */
  async remove(certificateId: string): Promise<boolean> {
    return (await this.caller.find('DeleteCertificate', (iot, options) => iot.send(new DeleteCertificateCommand({ certificateId }), options))) !== undefined;
  }
}
