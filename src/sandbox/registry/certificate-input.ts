import { Certificate } from '../certificates/x509-certificate.js';
import { fromPem } from '../../x509/pem.js';
import { ServiceError } from '../service-error.js';

export const validationError = (message: string): ServiceError => new ServiceError('CertificateValidationException', message);

/**
 * Reads one certificate that came as PEM and checks what AWS IoT checks of every certificate that is registered:
 * form, validity now, key and signature algorithm.
 */
export function readCertificate(pem: string): Certificate {
  const certificate = parse(pem);
  if (!certificate.isValidAt(new Date())) throw validationError('The certificate is not valid at this time.');
  const complaint = certificate.algorithmComplaint;
  if (complaint !== undefined) throw validationError(complaint);
  return certificate;
}

function parse(pem: string): Certificate {
  try {
    return new Certificate(fromPem('CERTIFICATE', withoutExplanation(pem)));
  } catch (error) {
    throw validationError(`The certificate could not be parsed. ${error instanceof Error ? error.message : ''}`.trim());
  }
}

/** `openssl x509 -text` and AWS's own recipes put text in front of the block. */
function withoutExplanation(pem: string): string {
  const start = pem.indexOf('-----BEGIN CERTIFICATE-----');
  return start < 0 ? pem : pem.slice(start);
}
