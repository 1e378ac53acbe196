import { ServiceError, invalidRequest } from '../service-error.js';
import { readCertificate } from '../registry/certificate-input.js';
import { registerUnderCa, registerWithoutCa, requireCertificate, stateError } from '../registry/certificates.js';
import type { CertificateStatus as Status, DeviceCertificate } from '../store/certificate.repository.js';
import { operation, type Call } from './operation.js';
import { byMarker, CertificateId, CertificatePem, CertificateStatus, MarkerPaging, QueryBoolean, seconds } from '../model/shapes.js';

export const registerCertificate = operation(
  {
    query: { setAsActive: QueryBoolean.optional() },
    body: { certificatePem: CertificatePem, caCertificatePem: CertificatePem.optional(), status: CertificateStatus.optional() },
  },
  (call, input) => {
    const certificate = readCertificate(input.certificatePem);
    const status = initialStatus(input.status, input.setAsActive);
    call.store.transaction(() => registerUnderCa(call, certificate, input.caCertificatePem, status));
    return { certificateArn: call.account.certificateArn(certificate.id), certificateId: certificate.id };
  },
);

export const registerCertificateWithoutCa = operation(
  { body: { certificatePem: CertificatePem, status: CertificateStatus.optional() } },
  (call, input) => {
    const certificate = readCertificate(input.certificatePem);
    const status = initialStatus(input.status, undefined);
    call.store.transaction(() => registerWithoutCa(call, certificate, status));
    return { certificateArn: call.account.certificateArn(certificate.id), certificateId: certificate.id };
  },
);

/** INACTIVE unless said otherwise. AWS doesn't say what wins when `setAsActive` and `status` differ: the sandbox refuses. */
function initialStatus(status: string | undefined, setAsActive: boolean | undefined): Status {
  if (status !== undefined && status !== 'ACTIVE' && status !== 'INACTIVE' && status !== 'REVOKED') {
    throw invalidRequest(`A certificate can't be registered with status ${status}.`);
  }
  if (setAsActive === true && status !== undefined && status !== 'ACTIVE') throw invalidRequest('setAsActive and status contradict each other.');
  return status ?? (setAsActive === true ? 'ACTIVE' : 'INACTIVE');
}

export const describeCertificate = operation({ path: { certificateId: CertificateId } }, (call, { certificateId }) => {
  const certificate = requireCertificate(call, certificateId);
  return {
    certificateDescription: {
      ...summary(call, certificate),
      caCertificateId: certificate.caId,
      certificatePem: certificate.pem,
      ownedBy: call.account.accountId,
      lastModifiedDate: seconds(certificate.modifiedAt),
      customerVersion: certificate.version,
      generationId: certificate.generationId,
      validity: { notBefore: seconds(certificate.notBefore), notAfter: seconds(certificate.notAfter) },
      transferData: {},
    },
  };
});

export const updateCertificate = operation(
  { path: { certificateId: CertificateId }, query: { newStatus: CertificateStatus } },
  (call, { certificateId, newStatus }) => {
    if (newStatus === 'PENDING_TRANSFER' || newStatus === 'PENDING_ACTIVATION' || newStatus === 'REGISTER_INACTIVE') {
      throw invalidRequest(`The status ${newStatus} can't be set.`);
    }
    call.store.transaction(() => {
      const certificate = requireCertificate(call, certificateId);
      if (certificate.status === newStatus) return;
      // The guide calls REVOKED irreversible, but nobody has published that the API enforces it. The sandbox does.
      if (certificate.status === 'REVOKED') throw stateError('A revoked certificate can\'t be used again.');
      call.store.certificates.setStatus(certificate, newStatus);
    });
    // AWS takes "a few minutes" to disconnect; the sandbox does it now.
    if (newStatus !== 'ACTIVE') call.disconnect(call.account, certificateId);
    return undefined;
  },
);

export const deleteCertificate = operation(
  { path: { certificateId: CertificateId }, query: { forceDelete: QueryBoolean.default(false) } },
  (call, { certificateId, forceDelete }) => {
    const { account, store } = call;
    store.transaction(() => {
      const certificate = requireCertificate(call, certificateId);
      if (certificate.status === 'ACTIVE') throw stateError('Certificate must be deactivated (not ACTIVE) before deletion.');
      if (store.things.thingsOf(account, certificateId).length > 0) {
        throw new ServiceError('DeleteConflictException', 'Things must be detached before deletion.');
      }
      if (!forceDelete && store.policies.attachedTo(account, certificateId).length > 0) {
        throw new ServiceError('DeleteConflictException', 'Certificate policies must be detached before deletion.');
      }
      store.policies.detachAll(account, certificateId);
      store.certificates.remove(certificate);
    });
    return undefined;
  },
);

export const listCertificates = operation({ query: MarkerPaging }, (call, input) => {
  const page = call.store.certificates.page(call.account, undefined, byMarker(input));
  return { certificates: page.items.map((certificate) => summary(call, certificate)), nextMarker: page.next };
});

export const listCertificatesByCa = operation({ path: { caCertificateId: CertificateId }, query: MarkerPaging }, (call, input) => {
  const page = call.store.certificates.page(call.account, input.caCertificateId, byMarker(input));
  return { certificates: page.items.map((certificate) => summary(call, certificate)), nextMarker: page.next };
});

const summary = ({ account }: Call, certificate: DeviceCertificate) => ({
  certificateArn: account.certificateArn(certificate.id),
  certificateId: certificate.id,
  status: certificate.status,
  certificateMode: certificate.mode,
  creationDate: seconds(certificate.createdAt),
});
