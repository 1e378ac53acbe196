import type { Certificate } from '../certificates/x509-certificate.js';
import { alreadyExists, invalidRequest, notFound, ServiceError } from '../service-error.js';
import { certificateOf, type CaCertificate } from '../store/ca-certificate.repository.js';
import type { CertificateStatus as Status, DeviceCertificate } from '../store/certificate.repository.js';
import { readCertificate, validationError } from './certificate-input.js';
import { operation, type Call } from './operation.js';
import { byMarker, CertificateId, CertificatePem, CertificateStatus, MarkerPaging, QueryBoolean, seconds } from '../model/shapes.js';

const stateError = (message: string): ServiceError => new ServiceError('CertificateStateException', message);

export const registerCertificate = operation(
  {
    query: { setAsActive: QueryBoolean.optional() },
    body: { certificatePem: CertificatePem, caCertificatePem: CertificatePem.optional(), status: CertificateStatus.optional() },
  },
  (call, input) => {
    const certificate = readCertificate(input.certificatePem);
    const status = initialStatus(input.status, input.setAsActive);
    return call.store.transaction(() => {
      requireNew(call, certificate);
      const ca = issuerOf(call, certificate, input.caCertificatePem);
      if (!certificate.isIssuedBy(certificateOf(ca))) throw validationError('The certificate was not signed by the CA certificate.');
      return add(call, certificate, { status, mode: ca.mode, caId: ca.id });
    });
  },
);

export const registerCertificateWithoutCa = operation(
  { body: { certificatePem: CertificatePem, status: CertificateStatus.optional() } },
  (call, input) => {
    const certificate = readCertificate(input.certificatePem);
    const status = initialStatus(input.status, undefined);
    return call.store.transaction(() => {
      requireNew(call, certificate);
      return add(call, certificate, { status, mode: 'SNI_ONLY', caId: undefined });
    });
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

function requireNew({ account, store }: Call, certificate: Certificate): void {
  if (store.certificates.find(account, certificate.id) !== undefined) {
    const arn = account.certificateArn(certificate.id);
    throw alreadyExists('The certificate is already provisioned or registered', certificate.id, arn);
  }
  // A certificate in DEFAULT mode belongs to one account per region, since the device need not name the account.
  if (store.certificates.elsewhereInRegion(account, certificate.id).some((other) => other.mode === 'DEFAULT')) {
    throw invalidRequest('This request is not valid');
  }
}

/** The registered, active CA that a device certificate is to be registered under. */
function issuerOf({ account, store }: Call, certificate: Certificate, caPem: string | undefined): CaCertificate {
  const candidates = store.caCertificates.withSubject(account, certificate.issuerDer);
  if (caPem === undefined && candidates.length > 1) {
    throw new ServiceError(
      'CertificateConflictException',
      'Unable to verify the CA certificate used to sign the device certificate: more than one CA certificate has the same subject field. Name it in caCertificatePem.',
    );
  }
  const ca = caPem === undefined ? candidates[0] : store.caCertificates.find(account, readCertificate(caPem).id);
  if (ca === undefined) throw stateError('No CA certificate exists for the given certificate');
  if (ca.status !== 'ACTIVE') throw stateError('The CA certificate of the given certificate is not active');
  return ca;
}

function add(call: Call, certificate: Certificate, given: Pick<DeviceCertificate, 'status' | 'mode' | 'caId'>) {
  call.store.certificates.add(call.account, certificate, given);
  return { certificateArn: call.account.certificateArn(certificate.id), certificateId: certificate.id };
}

export const describeCertificate = operation({ path: { certificateId: CertificateId } }, (call, { certificateId }) => {
  const certificate = find(call, certificateId);
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
      const certificate = find(call, certificateId);
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
      const certificate = find(call, certificateId);
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

function find({ account, store }: Call, id: string): DeviceCertificate {
  const certificate = store.certificates.find(account, id);
  if (certificate === undefined) throw notFound(`Certificate ${id} does not exist.`);
  return certificate;
}
