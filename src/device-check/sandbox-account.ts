import { hash } from 'node:crypto';
import type { IoTClient } from '@aws-sdk/client-iot';
import type { SandboxAccount, SandboxPlace } from '../simulation/sandbox-place.js';
import { fingerprint } from '../x509/certificate.js';
import { fromPem } from '../x509/pem.js';
import { notTheChecks } from './account-of-check.js';

const NAME = 'check-device';
const OBSERVER = `${NAME}-observer`;
const ALL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
const THING = '${iot:Connection.Thing.ThingName}';

/** What devices may do where an order says nothing else: docs/methods/jitp.md. */
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: `arn:aws:iot:*:*:client/${THING}`, Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } } },
    { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: `arn:aws:iot:*:*:topic/devices/${THING}/*` },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: `arn:aws:iot:*:*:topicfilter/devices/${THING}/*` },
  ],
});

/** An account of the sandbox in which units of an authority are let in by just-in-time provisioning, for the check alone. */
export class SandboxCheckAccount {
  private constructor(
    private readonly iot: IoTClient,
    private readonly sdk: typeof import('@aws-sdk/client-iot'),
    private readonly account: SandboxAccount,
  ) {}

  static async open({ endpointUrl }: SandboxPlace, account: SandboxAccount): Promise<SandboxCheckAccount> {
    const sdk = await import('@aws-sdk/client-iot');
    const { region, accessKeyId, secretAccessKey } = account;
    return new SandboxCheckAccount(new sdk.IoTClient({ endpoint: endpointUrl, region, credentials: { accessKeyId, secretAccessKey } }), sdk, account);
  }

  /**
   * Registers the authority with a template and the policy for devices, unless somebody else has done so: what others made is left as it is.
   * @param authority PEM
   * @param policy the devices' policy document; else that which Lineside gives them
   */
  async letIn(authority: string, policy = POLICY): Promise<void> {
    const { iot, sdk } = this;
    const policyName = `${NAME}-${hash('sha256', policy).slice(0, 12)}`;
    const registrationConfig = { templateBody: templateWith(policyName), roleArn: `arn:aws:iam::${this.account.accountId}:role/lineside-provisioning` };
    await this.unlessThere(iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument: policy })));
    const certificateId = fingerprint(fromPem('CERTIFICATE', authority));
    const known = await this.ifThere(iot.send(new sdk.DescribeCACertificateCommand({ certificateId })));
    const template = known?.registrationConfig?.templateBody;
    if (known === undefined) {
      await iot.send(new sdk.RegisterCACertificateCommand({ caCertificate: authority, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true, registrationConfig }));
    } else if (isOfCheck(template) && template !== registrationConfig.templateBody) {
      await iot.send(new sdk.UpdateCACertificateCommand({ certificateId, registrationConfig }));
    }
  }

  /** Throws where others' devices are let in, as a target's are: what the check would make and hear there is none of its business. */
  async requireFree(): Promise<void> {
    const found = await this.ofOthers();
    if (found !== undefined) throw notTheChecks(this.account, `${found} stands there, by which others' devices are let in`);
  }

  async knows(certificateId: string): Promise<boolean> {
    return (await this.statusOf(certificateId)) !== undefined;
  }

  /** Undefined: the account does not know the certificate. */
  async statusOf(certificateId: string): Promise<string | undefined> {
    return (await this.ifThere(this.iot.send(new this.sdk.DescribeCertificateCommand({ certificateId }))))?.certificateDescription?.status;
  }

  /** A client that may do everything in the account, until it is removed. */
  async addObserver(): Promise<{ certificate: string; privateKey: string; clientId: string; remove: () => Promise<void> }> {
    const { iot, sdk } = this;
    const { certificateId = '', certificateArn = '', certificatePem = '', keyPair } = await iot.send(new sdk.CreateKeysAndCertificateCommand({ setAsActive: true }));
    await this.unlessThere(iot.send(new sdk.CreatePolicyCommand({ policyName: OBSERVER, policyDocument: ALL })));
    await iot.send(new sdk.AttachPolicyCommand({ policyName: OBSERVER, target: certificateArn }));
    return { certificate: certificatePem, privateKey: keyPair?.PrivateKey ?? '', clientId: `${OBSERVER}-${certificateId.slice(0, 12)}`, remove: () => this.forget(certificateId) };
  }

  /** Removes a unit that the account knew not before, so that the next check of it meets it for the first time again. */
  async forget(certificateId: string): Promise<void> {
    const { iot, sdk } = this;
    const found = await this.ifThere(iot.send(new sdk.DescribeCertificateCommand({ certificateId })));
    const principal = found?.certificateDescription?.certificateArn;
    if (principal === undefined) return;
    await iot.send(new sdk.UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    const { things = [] } = await iot.send(new sdk.ListPrincipalThingsCommand({ principal }));
    for (const thingName of things) await iot.send(new sdk.DetachThingPrincipalCommand({ thingName, principal }));
    const { policies = [] } = await iot.send(new sdk.ListAttachedPoliciesCommand({ target: principal }));
    for (const { policyName } of policies) await iot.send(new sdk.DetachPolicyCommand({ policyName, target: principal }));
    await iot.send(new sdk.DeleteCertificateCommand({ certificateId }));
    for (const thingName of things) {
      const { principals = [] } = await iot.send(new sdk.ListThingPrincipalsCommand({ thingName }));
      if (principals.length === 0) await iot.send(new sdk.DeleteThingCommand({ thingName }));
    }
  }

  close(): void {
    this.iot.destroy();
  }

  private async ofOthers(): Promise<string | undefined> {
    const { iot, sdk } = this;
    const { policies = [] } = await iot.send(new sdk.ListPoliciesCommand({ pageSize: 250 }));
    const policy = policies.find(({ policyName }) => policyName?.startsWith('lineside-'));
    if (policy !== undefined) return `the policy ${policy.policyName}`;
    const { certificates = [] } = await iot.send(new sdk.ListCACertificatesCommand({ pageSize: 250 }));
    for (const { certificateId } of certificates) {
      const ca = await this.ifThere(iot.send(new sdk.DescribeCACertificateCommand({ certificateId })));
      if (ca !== undefined && !isOfCheck(ca.registrationConfig?.templateBody)) return `the CA certificate ${certificateId}`;
    }
    return undefined;
  }

  private ifThere<Found>(asked: Promise<Found>): Promise<Found | undefined> {
    return asked.catch((error: unknown) => {
      if (error instanceof this.sdk.ResourceNotFoundException) return undefined;
      throw error;
    });
  }

  private async unlessThere(made: Promise<unknown>): Promise<void> {
    try {
      await made;
    } catch (error) {
      if (!(error instanceof this.sdk.ResourceAlreadyExistsException)) throw error;
    }
  }
}

const isOfCheck = (templateBody: string | undefined) => templateBody?.includes(`"${NAME}-`) === true;

/** The Thing is named like the certificate's common name, which is the unit's serial. */
const templateWith = (policyName: string) => JSON.stringify({
  Parameters: { 'AWS::IoT::Certificate::CommonName': { Type: 'String' }, 'AWS::IoT::Certificate::Id': { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
  },
});
