import { z } from 'zod';
import type { Certificate } from '../certificates/x509-certificate.js';
import { CAS_PER_SUBJECT } from '../model/limits.js';
import { parseTemplate } from '../provisioning/template.js';
import { readCertificate, validationError } from '../registry/certificate-input.js';
import { alreadyExists, invalidRequest, notFound, ServiceError } from '../service-error.js';
import type { CaCertificate, CertificateMode, RegistrationConfig as Config } from '../store/ca-certificate.repository.js';
import { operation, requirePassableRole, type Call } from './operation.js';
import {
  AutoRegistrationStatus,
  byMarker,
  CaCertificateStatus,
  CertificateId,
  CertificateMode as Mode,
  CertificatePem,
  MarkerPaging,
  QueryBoolean,
  RegistrationConfig,
  seconds,
  Tags,
  TemplateName,
} from '../model/shapes.js';

export const registerCaCertificate = operation(
  {
    query: { setAsActive: QueryBoolean.default(false), allowAutoRegistration: QueryBoolean.default(false) },
    body: {
      caCertificate: CertificatePem,
      verificationCertificate: z.union([CertificatePem, z.literal('')]).optional(),
      registrationConfig: RegistrationConfig.optional(),
      certificateMode: Mode.default('DEFAULT'),
      tags: Tags.optional(),
    },
  },
  (call, input) => {
    const { account, store } = call;
    requireFittingVerification(input.certificateMode, input.verificationCertificate);
    const ca = readCertificate(input.caCertificate);
    // AWS is not known to refuse others, but each of its recipes sets CA:TRUE. keyCertSign is known not to be needed.
    if (!ca.isAuthority) throw validationError('The certificate is not a CA certificate: basicConstraints must say CA:TRUE.');
    if (input.registrationConfig !== undefined) requireUsableConfig(call, input.registrationConfig);

    return store.transaction(() => {
      const arn = account.arn(`cacert/${ca.id}`);
      if (store.caCertificates.find(account, ca.id) !== undefined) {
        throw alreadyExists(`CA certificate already exists with ID ${ca.id}`, ca.id, arn);
      }
      requireFreeInRegion(call, ca, input.certificateMode);
      if (store.caCertificates.withSubject(account, ca.subjectDer).length >= CAS_PER_SUBJECT) {
        throw new ServiceError('LimitExceededException', 'Limit reached for number of CA Certificates with same subject');
      }
      if (input.verificationCertificate) requireProofOfKey(call, ca, input.verificationCertificate);
      store.caCertificates.add(account, ca, {
        status: input.setAsActive ? 'ACTIVE' : 'INACTIVE',
        autoRegistration: input.allowAutoRegistration ? 'ENABLE' : 'DISABLE',
        mode: input.certificateMode,
        registrationConfig: input.registrationConfig,
      });
      return { certificateArn: arn, certificateId: ca.id };
    });
  },
);

function requireFittingVerification(mode: CertificateMode, verification: string | undefined): void {
  const given = verification !== undefined && verification !== '';
  if (mode === 'SNI_ONLY' && given) throw invalidRequest('verificationCertificate must be empty when certificateMode is SNI_ONLY.');
  if (mode === 'DEFAULT' && !given) throw invalidRequest('verificationCertificate must not be empty when certificateMode is DEFAULT.');
}

/** Proof of possession: a certificate that the CA key signed, and that carries our registration code as its common name. */
function requireProofOfKey({ account, store }: Call, ca: Certificate, pem: string): void {
  const proof = readCertificate(pem);
  if (!proof.isIssuedBy(ca)) throw validationError('The verification certificate was not signed by the CA certificate.');
  const commonNames = proof.subject['CommonName'] ?? [];
  if (commonNames.length !== 1 || commonNames[0] !== store.registrationCode(account)) {
    throw new ServiceError('RegistrationCodeValidationException', 'The common name of the verification certificate is not the registration code.');
  }
}

/**
 * A CA in DEFAULT mode belongs to one account per region. AWS does not say whether one account may have it in
 * DEFAULT and another in SNI_ONLY mode. The sandbox refuses that too, so that nothing comes to depend on it.
 */
function requireFreeInRegion({ account, store }: Call, ca: Certificate, mode: CertificateMode): void {
  const others = store.caCertificates.elsewhereInRegion(account, ca.id);
  if (others.some((other) => mode === 'DEFAULT' || other.mode === 'DEFAULT')) throw invalidRequest('Cannot accept this CACertificate');
}

function requireUsableConfig(call: Call, config: Config): void {
  const { account, store, log } = call;
  // AWS does not say what an empty one does. Taken as it is, it would turn provisioning into mere registration without a word.
  if (config.templateName === undefined && config.templateBody === undefined) {
    throw invalidRequest('registrationConfig needs a templateName, or a templateBody with a roleArn. To have none, say removeAutoRegistration.');
  }
  if (config.templateName !== undefined && config.templateBody !== undefined) {
    throw invalidRequest('registrationConfig takes a templateName or a templateBody, not both.');
  }
  if (config.templateBody !== undefined) {
    if (config.roleArn === undefined) throw invalidRequest('registrationConfig with a templateBody needs a roleArn.');
    parseTemplate(config.templateBody, 'JITP');
  }
  if (config.roleArn !== undefined) requirePassableRole(call, config.roleArn);
  if (config.templateName !== undefined) {
    const template = store.templates.find(account, config.templateName);
    if (template === undefined) throw notFound(`Provisioning template ${config.templateName} not found`);
    if (template.type !== 'JITP') throw invalidRequest(`Provisioning template ${config.templateName} is not of type JITP.`);
    if (!template.enabled) log('sandbox.template-not-enabled', { account: account.key, templateName: template.name, consequence: 'It provisions nobody until UpdateProvisioningTemplate says enabled.' });
  }
}

export const updateCaCertificate = operation(
  {
    path: { certificateId: CertificateId },
    query: { newStatus: CaCertificateStatus.optional(), newAutoRegistrationStatus: AutoRegistrationStatus.optional() },
    body: { registrationConfig: RegistrationConfig.optional(), removeAutoRegistration: z.boolean().optional() },
  },
  (call, input) => {
    if (input.registrationConfig !== undefined) requireUsableConfig(call, input.registrationConfig);
    if (input.removeAutoRegistration === true && input.registrationConfig !== undefined) {
      throw invalidRequest('removeAutoRegistration and registrationConfig exclude each other.');
    }
    call.store.transaction(() => {
      const ca = requireCa(call, input.certificateId);
      const { removeAutoRegistration } = input;
      call.store.caCertificates.update(ca, {
        status: input.newStatus ?? ca.status,
        // Removing takes the template away and the switch with it; a newAutoRegistrationStatus in the same call still counts.
        autoRegistration: input.newAutoRegistrationStatus ?? (removeAutoRegistration === true ? 'DISABLE' : ca.autoRegistration),
        registrationConfig: removeAutoRegistration === true ? undefined : (input.registrationConfig ?? ca.registrationConfig),
      });
    });
    return undefined;
  },
);

export const describeCaCertificate = operation({ path: { certificateId: CertificateId } }, (call, { certificateId }) => {
  const ca = requireCa(call, certificateId);
  return {
    certificateDescription: {
      ...summary(call, ca),
      certificatePem: ca.pem,
      ownedBy: call.account.accountId,
      autoRegistrationStatus: ca.autoRegistration,
      lastModifiedDate: seconds(ca.modifiedAt),
      customerVersion: ca.version,
      generationId: ca.generationId,
      validity: { notBefore: seconds(ca.notBefore), notAfter: seconds(ca.notAfter) },
      certificateMode: ca.mode,
    },
    registrationConfig: ca.registrationConfig,
  };
});

export const listCaCertificates = operation({ query: { ...MarkerPaging, templateName: TemplateName.optional() } }, (call, input) => {
  const page = call.store.caCertificates.page(call.account, input.templateName, byMarker(input));
  return { certificates: page.items.map((ca) => summary(call, ca)), nextMarker: page.next };
});

export const deleteCaCertificate = operation({ path: { certificateId: CertificateId } }, (call, { certificateId }) => {
  const ca = requireCa(call, certificateId);
  if (ca.status === 'ACTIVE') throw new ServiceError('CertificateStateException', 'CA certificate must be INACTIVE before it can be deleted.');
  call.store.caCertificates.remove(ca);
  return undefined;
});

const summary = ({ account }: Call, ca: CaCertificate) => ({
  certificateArn: account.arn(`cacert/${ca.id}`),
  certificateId: ca.id,
  status: ca.status,
  creationDate: seconds(ca.createdAt),
});

function requireCa({ account, store }: Call, id: string): CaCertificate {
  const ca = store.caCertificates.find(account, id);
  if (ca === undefined) throw notFound(`CA certificate ${id} does not exist.`);
  return ca;
}
