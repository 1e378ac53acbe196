import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadToolSettings } from '../config/config.js';
import type { Environment } from '../config/setting.js';
import type { ServiceAddress } from '../client/service-call.js';

/** An account and region that the demo's units connect to, and how to look into it. */
const CloudTarget = z.object({
  name: z.string(),
  accountId: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  /** `host` is the name to send and to check; the packets go to `connectTo`. */
  mqtt: z.object({ host: z.string(), connectTo: z.string(), port: z.number(), caFile: z.string() }),
});
export type CloudTarget = z.infer<typeof CloudTarget>;

const Cloud = z.object({
  endpointUrl: z.string(),
  /** For clients that can't tell the name to send from the address to connect to. */
  proxyUrl: z.string(),
  targets: z.array(CloudTarget).min(1),
});
export type Cloud = z.infer<typeof Cloud>;

/** Everything that a first-time client needs. The launcher writes `baseUrl` and the people's keys, the demo adds the rest. */
const Credentials = z.looseObject({
  baseUrl: z.string(),
  /** PEM file of the CA that the service's certificate comes from; only with an https address. */
  caFile: z.string().optional(),
  keys: z.looseObject({ admin: z.string(), manager: z.string(), officer: z.string(), issuer: z.string().optional(), station: z.string().optional() }),
  station: z.object({ id: z.string(), line: z.string(), slots: z.array(z.string()) }).optional(),
  workOrder: z.string().optional(),
  aws: Cloud.optional(),
  /** A station of its own, so that the check never claims a unit meant for the person's station. */
  goldenUnit: z.object({ station: z.string(), line: z.string(), key: z.string() }).optional(),
});
export type Credentials = z.infer<typeof Credentials>;

/** After the demo is set up. */
export type DemoCredentials = Credentials & { [Member in 'station' | 'workOrder' | 'aws' | 'goldenUnit']: NonNullable<Credentials[Member]> };

/** Of credentials, where the service is and whom to believe. */
export const addressOf = ({ baseUrl, caFile }: Pick<ServiceAddress, 'baseUrl' | 'caFile'>): ServiceAddress => ({ baseUrl, caFile });

/** Where `npm start` writes the file. @throws SettingsRefused */
export function credentialsFile(env: Environment): string {
  return join(loadToolSettings(env).LINESIDE_DATA_DIR, 'credentials.json');
}

/** Undefined when there is no such file. */
export function findCredentials(file: string): Credentials | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return Credentials.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file} can't be read as credentials`, { cause: error });
  }
}

/** @throws with a sentence that says what to start first */
export function readDemoCredentials(file: string): DemoCredentials {
  const found = findCredentials(file);
  if (found === undefined) throw new Error(`There is no ${file}: start the service first, with npm start`);
  const { station, workOrder, aws, goldenUnit } = found;
  if (!station || workOrder === undefined || !aws || !goldenUnit) {
    throw new Error(`${file} knows of no demo line: npm start makes one, with the sandbox`);
  }
  return { ...found, station, workOrder, aws, goldenUnit };
}

/** For its owner only, and in one step, so that nobody ever reads half of it. */
export function writeCredentials(file: string, credentials: Credentials): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}
