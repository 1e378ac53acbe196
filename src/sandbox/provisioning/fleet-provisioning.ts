import { z } from 'zod';
import type { Account } from '../accounts.js';
import type { Throttle } from '../faults/throttle.js';
import type { Permissions } from '../iam/permissions.js';
import { FLEET_CREATE_FROM_CSR, FLEET_CREATE_KEYS, FLEET_REGISTER_THING } from '../model/quotas.js';
import { issueFromCsr, issueWithKeys, requireCertificate } from '../registry/certificates.js';
import type { Registry } from '../registry/registry.js';
import type { Template } from '../store/template.repository.js';
import { evaluate } from './evaluation.js';
import { FleetRefusal } from './fleet-refusal.js';
import { permitOf } from './permit.js';
import { provision } from './provision.js';

/** Calls a function of Lambda on behalf of a template. @throws Error where it fails, or has not answered within `timeoutMs` */
export type InvokeFunction = (account: Account, functionArn: string, payload: { readonly templateArn: string }, timeoutMs: number) => Promise<unknown>;

/** AWS gives a pre-provisioning hook five seconds. */
const HOOK_MS = 5_000;

export interface FleetContext {
  readonly permissions: Permissions;
  readonly throttle: Throttle;
  readonly invoke: InvokeFunction;
  /** How long an ownership token is good; an hour at AWS. */
  readonly tokenMs: number;
}

/** The device that asks: its claim certificate and its client id. */
export interface Asking {
  readonly claimCertificateId: string;
  readonly clientId: string;
}

const FromCsr = z.object({ certificateSigningRequest: z.string().min(1).max(4_096) });
const Registration = z.object({ certificateOwnershipToken: z.string(), parameters: z.record(z.string(), z.string()).default({}) });
const HookAnswer = z.object({ allowProvisioning: z.literal(true), parameterOverrides: z.record(z.string(), z.string()).nullish() });

/** Fleet provisioning, as devices call it over MQTT (developer guide, "Device provisioning MQTT API"). */
export class FleetProvisioning {
  constructor(private readonly context: FleetContext) {}

  async createKeysAndCertificate(registry: Registry): Promise<object> {
    this.context.throttle.take(registry.account, FLEET_CREATE_KEYS);
    const { certificateId, certificatePem, privateKey } = await issueWithKeys(registry, 'PENDING_ACTIVATION');
    return { certificateId, certificatePem, privateKey, certificateOwnershipToken: this.tokenFor(registry, certificateId) };
  }

  createCertificateFromCsr(registry: Registry, input: unknown): object {
    this.context.throttle.take(registry.account, FLEET_CREATE_FROM_CSR);
    const { certificateSigningRequest } = read(FromCsr, input);
    const { id, pem } = issueFromCsr(registry, certificateSigningRequest, 'PENDING_ACTIVATION');
    return { certificateOwnershipToken: this.tokenFor(registry, id), certificateId: id, certificatePem: pem };
  }

  async registerThing(registry: Registry, templateName: string, asking: Asking, input: unknown): Promise<object> {
    const { account, store } = registry;
    this.context.throttle.take(account, FLEET_REGISTER_THING);
    const { certificateOwnershipToken: token, parameters } = read(Registration, input);
    if (token === '') throw new FleetRefusal(400, 'InvalidCertificateOwnershipToken', 'Certificate ownership token cannot be empty.');
    store.fleet.expire();
    const certificateId = store.fleet.certificateOf(account, token);
    if (certificateId === undefined) throw new FleetRefusal(400, 'InvalidCertificateOwnershipToken', 'The certificate ownership token is not valid.');
    const template = store.templates.find(account, templateName);
    if (template?.type !== 'FLEET_PROVISIONING') throw new FleetRefusal(404, 'TemplateNotFound', `There is no fleet provisioning template ${templateName}.`);
    if (!template.enabled) throw new FleetRefusal(400, 'TemplateNotEnabled', `The provisioning template ${templateName} is not enabled.`);
    const body = store.templates.version(template, template.defaultVersion)?.body ?? '';
    const { pem } = requireCertificate(registry, certificateId);
    const overrides = await this.askHook(registry, template, { ...asking, certificateId, certificatePem: pem, parameters });

    const plan = evaluate(body, 'FLEET_PROVISIONING', { ...parameters, ...overrides, 'AWS::IoT::Certificate::Id': certificateId });
    const { thingName } = store.transaction(() => {
      const provisioned = provision(registry, plan, permitOf(this.context.permissions, template.roleArn, account));
      // AWS does not say whether a token can be used again. Here it can't, so that no device depends on it.
      store.fleet.removeToken(token);
      return provisioned;
    });
    return { deviceConfiguration: plan.deviceConfiguration, ...(thingName === undefined ? {} : { thingName }) };
  }

  /** Answers what the hook wants to have changed. A hook that fails, is late or says no denies. */
  private async askHook({ account }: Registry, template: Template, request: Asking & { certificateId: string; certificatePem: string; parameters: object }): Promise<Record<string, string>> {
    if (template.hook === undefined) return {};
    const payload = { ...request, templateArn: account.arn(`provisioningtemplate/${template.name}`) };
    const denied = (why: string) => new FleetRefusal(403, 'ACCESS_DENIED', `The pre-provisioning hook ${why}.`);
    const answer = await this.context.invoke(account, template.hook.targetArn, payload, HOOK_MS).catch((error: unknown) => {
      throw denied(`failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    const parsed = HookAnswer.safeParse(answer);
    if (!parsed.success) throw denied('did not allow provisioning');
    return parsed.data.parameterOverrides ?? {};
  }

  private tokenFor({ account, store }: Registry, certificateId: string): string {
    store.fleet.expire();
    return store.fleet.addToken(account, certificateId, new Date(Date.now() + this.context.tokenMs));
  }
}

function read<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new FleetRefusal(400, 'InvalidPayload', parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
