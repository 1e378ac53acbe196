import type { Account } from '../accounts.js';
import type { AmazonAuthority } from '../certificates/amazon-authority.js';
import { reasonOf, type EventLog } from '../event-log.js';
import { certificateOf, type CaCertificate } from '../store/ca-certificate.repository.js';
import type { Store } from '../store/store.js';
import { certificateParameters, evaluate, ProvisioningFailure } from './evaluation.js';
import { provision } from './provision.js';

/** Just-in-time provisioning: turns a certificate in PENDING_ACTIVATION into a thing with a policy, as the CA's template says. */
export class JustInTimeProvisioning {
  constructor(
    private readonly store: Store,
    private readonly amazon: AmazonAuthority,
    private readonly log: EventLog,
  ) {}

  /** One run. A failure leaves the certificate in PENDING_ACTIVATION and is kept with it. */
  run(account: Account, certificateId: string, ca: CaCertificate): void {
    try {
      this.store.transaction(() => {
        const certificate = this.store.certificates.find(account, certificateId);
        // Somebody activated or deleted it since the connection.
        if (certificate?.status !== 'PENDING_ACTIVATION') return;
        const plan = evaluate(this.templateBody(account, ca), 'JITP', certificateParameters(certificateOf(certificate)));
        provision({ account, store: this.store, amazon: this.amazon }, plan);
      });
    } catch (error) {
      const reason = reasonOf(error);
      this.store.certificates.keepProvisioningFailure(account, certificateId, reason);
      this.log('sandbox.provisioning-failed', { account: account.key, certificateId, caCertificateId: ca.id, reason });
      return;
    }
    this.log('sandbox.provisioned', { account: account.key, certificateId, caCertificateId: ca.id });
  }

  private templateBody(account: Account, ca: CaCertificate): string {
    const { templateBody, templateName } = ca.registrationConfig ?? {};
    if (templateBody !== undefined) return templateBody;
    const template = templateName === undefined ? undefined : this.store.templates.find(account, templateName);
    if (template === undefined) throw new ProvisioningFailure(`The provisioning template ${templateName ?? ''} does not exist.`);
    // The service model says of `enabled` only that it enables the template, and not what that means for JITP.
    if (!template.enabled) throw new ProvisioningFailure(`The provisioning template ${template.name} is not enabled.`);
    const version = this.store.templates.version(template, template.defaultVersion);
    if (version === undefined) throw new ProvisioningFailure(`The provisioning template ${template.name} has no default version.`);
    return version.body;
  }
}
