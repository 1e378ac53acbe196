import type { Account } from '../accounts.js';
import { reasonOf, type EventLog } from '../event-log.js';
import type { Permissions } from '../iam/permissions.js';
import type { Registry } from '../registry/registry.js';
import { certificateOf, type CaCertificate } from '../store/ca-certificate.repository.js';
import { certificateParameters, evaluate, ProvisioningFailure } from './evaluation.js';
import { permitOf } from './permit.js';
import { provision } from './provision.js';

export interface JustInTimeContext extends Omit<Registry, 'account'> {
  readonly permissions: Permissions;
}

/** Milliseconds. */
export interface DelayRange {
  readonly least: number;
  readonly most: number;
}

/** Just-in-time provisioning: turns a certificate in PENDING_ACTIVATION into a thing with a policy, as the CA's template says. */
export class JustInTimeProvisioning {
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Certificates whose run is still to come. */
  private readonly scheduled = new Set<string>();

  constructor(
    private readonly context: JustInTimeContext,
    private readonly log: EventLog,
    private readonly delay: DelayRange = { least: 0, most: 0 },
  ) {}

  /**
   * Runs after the delay, so that a device which comes back at once is dropped again, as at AWS. Connections in the meantime change
   * nothing.
   */
  schedule(account: Account, certificateId: string, ca: CaCertificate): void {
    const key = `${account.key} ${certificateId}`;
    if (this.scheduled.has(key)) return;
    this.scheduled.add(key);
    this.afterDelay(() => {
      this.scheduled.delete(key);
      this.run(account, certificateId, ca);
    });
  }

  /** AWS documents no time; its own examples say "typically 1-3 s". A time at random within the range, each time. */
  afterDelay(work: () => void): void {
    const { least, most } = this.delay;
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        work();
      },
      least + Math.random() * (most - least),
    );
    this.timers.add(timer);
  }

  /** What was scheduled does not run any more. A device that comes back after a restart starts it again. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** One run. A failure leaves the certificate in PENDING_ACTIVATION and is kept with it. */
  run(account: Account, certificateId: string, ca: CaCertificate): void {
    try {
      this.context.store.transaction(() => {
        const certificate = this.context.store.certificates.find(account, certificateId);
        // Somebody activated or deleted it since the connection.
        if (certificate?.status !== 'PENDING_ACTIVATION') return;
        const plan = evaluate(this.templateBody(account, ca), 'JITP', certificateParameters(certificateOf(certificate)));
        provision({ account, ...this.context }, plan, permitOf(this.context.permissions, this.roleOf(account, ca), account));
      });
    } catch (error) {
      const reason = reasonOf(error);
      this.context.store.certificates.keepProvisioningFailure(account, certificateId, reason);
      this.log('sandbox.provisioning-failed', { account: account.key, certificateId, caCertificateId: ca.id, reason });
      return;
    }
    this.log('sandbox.provisioned', { account: account.key, certificateId, caCertificateId: ca.id });
  }

  private roleOf(account: Account, ca: CaCertificate): string {
    const { templateName = '', roleArn = '' } = ca.registrationConfig ?? {};
    return this.context.store.templates.find(account, templateName)?.roleArn ?? roleArn;
  }

  private templateBody(account: Account, ca: CaCertificate): string {
    const { templateBody, templateName } = ca.registrationConfig ?? {};
    if (templateBody !== undefined) return templateBody;
    const template = templateName === undefined ? undefined : this.context.store.templates.find(account, templateName);
    if (template === undefined) throw new ProvisioningFailure(`The provisioning template ${templateName ?? ''} does not exist.`);
    // The service model says of `enabled` only that it enables the template, and not what that means for JITP.
    if (!template.enabled) throw new ProvisioningFailure(`The provisioning template ${template.name} is not enabled.`);
    const version = this.context.store.templates.version(template, template.defaultVersion);
    if (version === undefined) throw new ProvisioningFailure(`The provisioning template ${template.name} has no default version.`);
    return version.body;
  }
}
