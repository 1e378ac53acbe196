import { createPublicKey, hash, X509Certificate } from 'node:crypto';
import { DescribeThingCommand, IoTClient, ListThingPrincipalsCommand, ResourceNotFoundException } from '@aws-sdk/client-iot';
import { fingerprintOf, readVoucher, type Voucher, VOUCHER_ATTRIBUTE } from '../x509/voucher.js';

/**
 * The pre-provisioning hook (developer guide, "Pre-provisioning hooks"; docs/methods/fleet-claim.md): lets in only a device with a good voucher for its own key, and only while its Thing does not
 * stand there already. There is no ledger and no database here; AWS denies whatever this does not allow within five seconds.
 */
export interface FleetHookSettings {
  iot: IoTClient;
  /** Certificates of the authorities that sign vouchers. */
  authorities: readonly X509Certificate[];
  /** A line of the function's log. */
  log: (line: object) => void;
}

/** As AWS IoT asks (payload version 2020-04-01), or what Lineside asks before it makes an order's units. */
export type HookEvent = { certificateId: string; certificatePem: string; templateArn: string; clientId: string; parameters: Record<string, string> } | { lineside: 'authorities' };

export type HookAnswer = { allowProvisioning: boolean; parameterOverrides?: Record<string, string> } | { authorities: string[] };

export function fleetHook({ iot, authorities, log }: FleetHookSettings) {
  return async (event: HookEvent): Promise<HookAnswer> => {
    if ('lineside' in event) return { authorities: authorities.map(fingerprintOf) };
    const { certificateId, certificatePem, clientId, parameters } = event;
    const voucher = goodVoucher(parameters['Voucher'] ?? '', certificatePem, authorities);
    const refusal = typeof voucher === 'string' ? voucher : await thingInTheWay(iot, voucher);
    if (typeof voucher === 'string' || refusal !== undefined) {
      log({ event: 'fleet-hook.denied', certificateId, clientId, serial: parameters['SerialNumber'] ?? null, reason: refusal });
      return { allowProvisioning: false };
    }
    log({ event: 'fleet-hook.allowed', certificateId, clientId, serial: voucher.sub, voucher: voucher.jti });
    return { allowProvisioning: true, parameterOverrides: { SerialNumber: voucher.sub, VoucherId: voucher.jti } };
  };
}

/** The voucher, or why it is not good for the device with this certificate, as the end of a sentence. */
function goodVoucher(text: string, certificatePem: string, authorities: readonly X509Certificate[]): Voucher | string {
  const voucher = readVoucher(text, authorities);
  if (typeof voucher === 'string') return voucher;
  if (voucher.exp !== undefined && voucher.exp * 1_000 <= Date.now()) return `it was good until ${new Date(voucher.exp * 1_000).toISOString()}`;
  if (voucher.key === undefined) return voucher;
  const spki = createPublicKey(certificatePem).export({ type: 'spki', format: 'der' });
  return hash('sha256', spki) === voucher.key ? voucher : 'it is for another key than the device’s';
}

/** A Thing that stands there is another device's, or stands for a unit that was scrapped; one that names this voucher and has no certificate is the device's own, from a try that was cut short or from before a rework. */
async function thingInTheWay(iot: IoTClient, { sub: thingName, jti }: Voucher): Promise<string | undefined> {
  try {
    const { attributes = {} } = await iot.send(new DescribeThingCommand({ thingName }));
    if (attributes[VOUCHER_ATTRIBUTE] !== jti) return `the Thing ${thingName} stands there already`;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
  const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName }));
  return principals.length === 0 ? undefined : `the Thing ${thingName} has a certificate already`;
}

/** PEM, one after the other. */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((one) => new X509Certificate(one));
}

let configured: ReturnType<typeof fleetHook> | undefined;

/** Lambda's entry: VOUCHER_AUTHORITIES (PEM, `https://…/v1/authorities/{id}/certificate` of each generation) is its setting. */
export const handler = async (event: HookEvent): Promise<HookAnswer> => {
  const { VOUCHER_AUTHORITIES = '' } = process.env;
  const authorities = certificatesIn(VOUCHER_AUTHORITIES);
  if (authorities.length === 0) throw new Error('VOUCHER_AUTHORITIES must be set');
  configured ??= fleetHook({ iot: new IoTClient({}), authorities, log: (line) => console.log(JSON.stringify(line)) });
  return configured(event);
};
