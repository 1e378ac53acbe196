import type { Account, Accounts } from '../accounts.js';
import type { Certificate } from '../certificates/x509-certificate.js';
import { certificateOf, type CaCertificate } from '../store/ca-certificate.repository.js';
import type { DeviceCertificate } from '../store/certificate.repository.js';
import type { Store } from '../store/store.js';

/** What the TLS handshake brought. */
export interface Presented {
  /** The SNI host name, undefined where the device sent none. */
  readonly serverName: string | undefined;
  readonly certificate: Certificate;
}

export type ConnectionVerdict =
  | { readonly kind: 'accepted'; readonly account: Account }
  | { readonly kind: 'refused'; readonly reason: string; readonly account?: Account }
  /** Known to the account and waiting for activation: refused too, but just-in-time registration goes on. */
  | { readonly kind: 'pending'; readonly account: Account; readonly ca: CaCertificate | undefined; readonly certificateId: string };

/**
 * AWS IoT's checks of a new connection, in its order: which account, by SNI; is the certificate registered and ACTIVE there.
 * (What the device may do is checked for each action, see policy.ts.) An unknown certificate is registered with status
 * PENDING_ACTIVATION where its CA is set to register automatically.
 */
export class ConnectionCheck {
  constructor(
    private readonly accounts: Accounts,
    private readonly store: Store,
  ) {}

  verdictOn({ serverName, certificate }: Presented): ConnectionVerdict {
    if (serverName === undefined) return this.verdictWithoutName(certificate);
    const account = this.accounts.atEndpoint(serverName);
    // One page of AWS lets old devices with a wrong name connect. The sandbox wants the complete endpoint name or none.
    if (account === undefined) return { kind: 'refused', reason: `The server name ${serverName.slice(0, 255)} is no endpoint.` };
    const known = this.store.certificates.find(account, certificate.id);
    if (known !== undefined) return this.verdictOnKnown(account, known, certificate);
    // The certificate of a provisioning claim stands in no list.
    if (this.store.fleet.claim(account, certificate.id) !== undefined) return { kind: 'accepted', account };
    return this.registerAutomatically(account, certificate);
  }

  /** Without a name only a certificate in DEFAULT mode, which one account of a region has, leads to an account. */
  private verdictWithoutName(certificate: Certificate): ConnectionVerdict {
    const known = this.store.certificates.everywhere(certificate.id).filter(({ mode }) => mode === 'DEFAULT');
    const [only] = known;
    const account = only && this.accounts.withKey(only.account);
    if (only === undefined || account === undefined) return { kind: 'refused', reason: 'No server name (SNI), and no account knows the certificate in DEFAULT mode.' };
    // At AWS each region has addresses of its own, which tell the region. Here one port serves all of them.
    if (known.length > 1) return { kind: 'refused', reason: 'No server name (SNI), and the certificate is known in more than one region.' };
    return this.verdictOnKnown(account, only, certificate);
  }

  private verdictOnKnown(account: Account, known: DeviceCertificate, certificate: Certificate): ConnectionVerdict {
    if (known.status === 'PENDING_ACTIVATION') {
      const ca = known.caId === undefined ? undefined : this.store.caCertificates.find(account, known.caId);
      return { kind: 'pending', account, ca, certificateId: known.id };
    }
    if (known.status !== 'ACTIVE') return { kind: 'refused', account, reason: `The certificate is ${known.status}.` };
    // AWS says that it checks validity at registration, and not clearly whether again at connect. The sandbox refuses a
    // certificate that has expired, so that nobody ships devices that depend on the opposite.
    if (!certificate.isValidAt(new Date())) return { kind: 'refused', account, reason: 'The certificate is not valid at this time.' };
    return { kind: 'accepted', account };
  }

  private registerAutomatically(account: Account, certificate: Certificate): ConnectionVerdict {
    const candidates = this.store.caCertificates.withSubject(account, certificate.issuerDer);
    const ca = candidates.find((candidate) => certificate.isIssuedBy(certificateOf(candidate)));
    if (ca === undefined) return { kind: 'refused', account, reason: 'The certificate is not registered, and no registered CA has signed it.' };
    const complaint = this.registrationComplaint(account, ca, certificate);
    if (complaint !== undefined) return { kind: 'refused', account, reason: complaint };
    this.store.certificates.add(account, certificate, { status: 'PENDING_ACTIVATION', mode: ca.mode, caId: ca.id });
    return { kind: 'pending', account, ca, certificateId: certificate.id };
  }

  private registrationComplaint(account: Account, ca: CaCertificate, certificate: Certificate): string | undefined {
    if (ca.status !== 'ACTIVE') return 'The certificate is not registered, and its CA is not ACTIVE.';
    if (ca.autoRegistration !== 'ENABLE') return 'The certificate is not registered, and its CA does not register by itself.';
    const now = new Date();
    if (!certificate.isValidAt(now)) return 'The certificate is not registered and not valid at this time.';
    // AWS does not say what an expired CA certificate does at connect. In the sandbox it registers nothing any more.
    if (now < ca.notBefore || now > ca.notAfter) return 'The certificate is not registered, and its CA certificate is not valid at this time.';
    if (certificate.algorithmComplaint !== undefined) return certificate.algorithmComplaint;
    const elsewhere = this.store.certificates.elsewhereInRegion(account, certificate.id);
    if (elsewhere.some(({ mode }) => mode === 'DEFAULT')) return 'Another account of the region has the certificate in DEFAULT mode.';
    return undefined;
  }
}
