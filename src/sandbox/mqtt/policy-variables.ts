import type { Store } from '../store/store.js';
import type { Actor } from './policy.js';

/** AWS looks at so many values of an attribute, and leaves longer ones out (developer guide, "X.509 certificate policy variables"). */
const VALUES_PER_ATTRIBUTE = 5;
const LONGEST_VALUE = 1_024;

/** Policy variables and condition keys, by the names of the developer guide, for one connection. */
export class PolicyVariables {
  constructor(
    private readonly actor: Actor,
    private readonly store: Store,
  ) {}

  /** Undefined where a variable has no value: the statement then says nothing about this connection. */
  resolve(pattern: string): string | undefined {
    let complete = true;
    const resolved = pattern.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      const value = this.values(name.trim())?.[0];
      // Values that hold wildcards are not substituted, or a client id of * would match every resource.
      if (value === undefined || /[*$+?#]/.test(value)) complete = false;
      return value ?? '';
    });
    return complete ? resolved : undefined;
  }

  /** All values of a condition key, one for most. Undefined where the connection has none. */
  values(name: string): readonly string[] | undefined {
    const { actor } = this;
    if (name.startsWith('iot:Connection.Thing.')) return optional(this.thingVariable(name.slice('iot:Connection.Thing.'.length)));
    if (name.startsWith('iot:Certificate.')) return this.certificateVariable(name.slice('iot:Certificate.'.length));
    switch (name) {
      case 'iot:ClientId':
        return [actor.clientId];
      case 'iot:CertificateId':
        return [actor.certificate.id];
      case 'aws:SourceIp':
        return [actor.sourceIp];
      case 'iot:ConnectAttributes':
        return actor.connect?.attributes;
      case 'iot:LastWillTopic':
        return optional(actor.connect?.lastWillTopic);
      default:
        return undefined;
    }
  }

  /** The thing of a connection is the one that is named like the client id, when the certificate is attached to it. */
  private thingVariable(name: string): string | undefined {
    const { account, certificate, clientId } = this.actor;
    const attached = this.store.things.isAttached(account, clientId, certificate.id);
    if (name === 'IsAttached') return String(attached);
    if (!attached) return undefined;
    if (name === 'ThingName') return clientId;
    const thing = this.store.things.find(account, clientId);
    if (name === 'ThingTypeName') return thing?.type;
    const attribute = /^Attributes\[(.+)\]$/.exec(name)?.[1];
    return attribute === undefined || thing === undefined || !Object.hasOwn(thing.attributes, attribute) ? undefined : thing.attributes[attribute];
  }

  /**
   * `Subject.CommonName`, `Subject.CommonName.1` (the second), `Subject.CommonName.List`, the same of `Issuer`, and
   * `Subject.AlternativeName.DNSName` and its kin; `AvailableKeys` lists the names that have a value.
   */
  private certificateVariable(name: string): readonly string[] | undefined {
    const { certificate } = this.actor;
    if (name === 'SerialNumber') return [certificate.serialNumber];
    if (name === 'AvailableKeys') return this.availableKeys();
    const [, part = '', field = '', index] = /^((?:Subject|Issuer)(?:\.AlternativeName)?)\.([A-Za-z0-9]+)(?:\.([0-9]|List))?$/.exec(name) ?? [];
    const found = this.fieldsOf(part)[field]?.filter((value) => value.length <= LONGEST_VALUE).slice(0, VALUES_PER_ATTRIBUTE).map(escaped);
    if (found === undefined || index === 'List') return found;
    return optional(found[Number(index ?? 0)]);
  }

  private availableKeys(): string[] {
    return ['Subject', 'Issuer', 'Subject.AlternativeName'].flatMap((part) => Object.keys(this.fieldsOf(part)).map((field) => `iot:Certificate.${part}.${field}`));
  }

  private fieldsOf(part: string): Readonly<Record<string, readonly string[]>> {
    const { certificate } = this.actor;
    switch (part) {
      case 'Subject':
        return certificate.subject;
      case 'Issuer':
        return certificate.issuer;
      case 'Subject.AlternativeName':
        return certificate.alternativeNames;
      default:
        return {};
    }
  }
}

const optional = (value: string | undefined): [string] | undefined => (value === undefined ? undefined : [value]);

/** "If the certificate attributes contain any of these characters, they're prefixed with a backslash" (developer guide). */
const escaped = (value: string): string => value.replace(/[,"\\+=<>;]/g, '\\$&');
