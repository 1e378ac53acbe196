import { CONTAINER_SETTINGS, LAUNCHER_SETTINGS, SANDBOX_SETTINGS } from './other-settings.js';
import { SERVICE_SETTINGS } from './service-settings.js';
import type { Setting } from './setting.js';

const PARTS = [
  { title: 'The service (`main.ts`, `worker.ts`)', settings: SERVICE_SETTINGS },
  { title: 'The launcher (`npm start`, `npm run dev`) and the command `lineside`', settings: LAUNCHER_SETTINGS },
  { title: 'The sandbox', settings: SANDBOX_SETTINGS },
  { title: 'The container image', settings: CONTAINER_SETTINGS },
];

/** `docs/settings.md`, made from the list. */
export function settingsDocument(): string {
  return `# Settings

Made from \`src/config/\` by \`npm run docs:settings\`; a test holds that the two agree. Settings are environment variables. All of them
are checked before anything starts: bad values, contradictions and misspelt names are told together, and the program ends with exit
code 78. An empty value counts as not set. A relative path starts at the folder of the installation (where \`package.json\` is),
whatever the working directory. A setting that is a secret is never printed, logged or put into an argument.

\`npm start\` reads the settings of the service and of the sandbox too and hands them on.
${PARTS.map(({ title, settings }) => `\n## ${title}\n\n${table(settings)}\n`).join('')}
## What else is read from the environment

- \`AWS_*\`: credentials and settings of AWS, by the AWS SDK. With the sandbox, \`npm start\` keeps them from the service.
- What a vendor's PKCS#11 library reads (\`ChrystokiConfigurationPath\`, \`CS_PKCS11_R3_CFG\`, …): passed on to signer processes, see
  \`src/hsm/child-programs.ts\` and the vendor's page in \`hsm-config/\`.
`;
}

function table(settings: Readonly<Record<string, Setting>>): string {
  const rows = Object.entries(settings).map(([name, { kind, byDefault, isOptional, isSecret, purpose, readBy }]) => {
    const otherwise = byDefault === undefined ? (isOptional ? 'not set' : '**must be set**') : byDefault.includes(' ') ? byDefault : `\`${byDefault}\``;
    return `| \`${name}\` | ${purpose} | ${kind} | ${otherwise} | ${readBy.join(', ')} | ${isSecret ? 'yes' : 'no'} |`;
  });
  return ['| setting | what for | value | default | read by | secret |', '|---|---|---|---|---|---|', ...rows].join('\n');
}
