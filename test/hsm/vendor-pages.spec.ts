import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { contradictions } from '../../src/config/config.js';
import { SERVICE_SETTINGS } from '../../src/config/service-settings.js';
import { SETTINGS } from '../../src/config/settings.js';
import { pickEnvironment } from '../../src/hsm/child-programs.js';

const FOLDER = fileURLToPath(new URL('../../hsm-config/', import.meta.url));
const VENDORS = ['aws-cloudhsm', 'entrust-nshield', 'nitrokey-hsm-2', 'softhsm', 'thales-luna', 'utimaco', 'yubihsm-2'];
const NOT_VENDORS = ['profiles'];

const page = (vendor: string): string => readFileSync(join(FOLDER, vendor, 'README.md'), 'utf8');
const settingsText = (vendor: string): string => readFileSync(join(FOLDER, vendor, 'settings.env'), 'utf8');
const settings = (vendor: string): NodeJS.ProcessEnv => parseEnv(settingsText(vendor).replaceAll(/@[A-Z_]+@/g, 'filled-in'));

/** Title and text of each part of a page that starts with `## `. */
const parts = (text: string): [string, string][] =>
  text.split(/^## /m).slice(1).map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n'))]);

const numbersIn = (text: string): number[] => [...text.matchAll(/\[(\d+)\](?!\()/g)].map(([, number]) => Number(number));

it('has a page and a settings file for each HSM, and the overview links to both', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.filter((name) => !NOT_VENDORS.includes(name)).sort()).toEqual(VENDORS);
  const overview = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  for (const vendor of VENDORS) {
    expect(readdirSync(join(FOLDER, vendor)).sort()).toEqual(['README.md', 'settings.env']);
    expect(overview).toContain(`(${vendor}/README.md)`);
    expect(overview).toContain(`(${vendor}/settings.env)`);
  }
});

describe.each(VENDORS)('the settings file of %s', (vendor) => {
  it('is accepted by the service once it is filled in', () => {
    const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE, HSM_SIGNERS, HSM_SESSIONS_MAX, HSM_KEEPALIVE_MS, HSM_DEADLINE_MS, HSM_BATCH_DEADLINE_MS } = SERVICE_SETTINGS;
    const ofHsm = { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE, HSM_SIGNERS, HSM_SESSIONS_MAX, HSM_KEEPALIVE_MS, HSM_DEADLINE_MS, HSM_BATCH_DEADLINE_MS };
    const values = Object.fromEntries(Object.entries(ofHsm).map(([name, { schema }]) => [name, schema.parse(settings(vendor)[name])]));
    expect(values['HSM_MODULE']).toMatch(/^\/.+\.so$/);
    expect(values['HSM_SIGNERS']).toBeLessThan(Number(values['HSM_SESSIONS_MAX']));
    expect(contradictions(values)).toEqual([]);
  });

  it('names only settings that the service or the signers read', () => {
    const names = Object.keys(settings(vendor));
    const ofSigners = pickEnvironment(settings(vendor));
    expect(names.filter((name) => !(name in SETTINGS) && !(name in ofSigners))).toEqual([]);
  });

  it('holds no PIN, only the name of the file for it', () => {
    const suspicious = Object.keys(settings(vendor)).filter((name) => /PIN|PASS|SECRET|TOKEN_KEY/.test(name));
    expect(suspicious).toEqual(['HSM_PIN_FILE']);
    expect(settings(vendor)['HSM_PIN_FILE']).toMatch(/^\/etc\/lineside\//);
  });

  it('reads the same for a shell, systemd and docker: one NAME=value on a line, and quotes around spaces', () => {
    for (const line of settingsText(vendor).trimEnd().split('\n')) expect(line).toMatch(/^(# .+|\w+=([\w./@-]+|"[^"$`\\]+"))$/);
  });
});

describe.each(VENDORS)('the page of %s', (vendor) => {
  it('says at its top whether anybody has tried it', () => {
    expect(page(vendor).split('\n')[2]).toMatch(vendor === 'softhsm' ? /^tested: SoftHSM \d+\.\d+\.\d+/ : /^untested: written from documentation/);
  });

  it('names a source for each part, and each source is one that can be looked up', () => {
    const all = parts(page(vendor));
    const sources = all.at(-1);
    expect(sources?.[0]).toBe('Sources');
    const listed = (sources?.[1] ?? '').trim().split('\n');
    const cited = new Set<number>();
    for (const [title, text] of all.slice(0, -1)) {
      const numbers = numbersIn(text);
      expect({ title, hasSource: numbers.length > 0 }).toEqual({ title, hasSource: true });
      for (const number of numbers) cited.add(number);
    }
    expect([...cited].sort((a, b) => a - b)).toEqual(listed.map((_, index) => index + 1));
    for (const [index, line] of listed.entries()) {
      expect(line).toMatch(new RegExp(`^${index + 1}\\. .*\\]\\((https://|\\.\\./\\.\\./)`));
      for (const [, path] of line.matchAll(/\]\((\.\.\/[^)]+)\)/g)) expect({ path, exists: existsSync(join(FOLDER, vendor, path ?? '')) }).toEqual({ path, exists: true });
    }
  });
});
