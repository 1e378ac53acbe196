import { checkBulkRegistrations } from './bulk-checks.js';
import { checkCanaries } from './canary-check.js';
import { checkCheckpoint } from './checkpoint-check.js';
import { checkConfirmations } from './confirmations-check.js';
import { checkClaims } from './claim-checks.js';
import { checkCredentials } from './credentials-check.js';
import { checkDeviceKeys } from './device-keys-check.js';
import type { Check } from './examination.js';
import { checkHsmKeys } from './hsm-keys-check.js';
import { checkFolder, checkInstallation, checkParts, checkPorts, checkSettings } from './machine-checks.js';
import { checkPauses } from './pauses-check.js';
import { checkQueues } from './queues-check.js';
import { checkRoutes } from './routes-check.js';
import { checkRenewals } from './renewal-checks.js';
import { checkPostgres, checkRedis, checkSandbox, checkService, checkToken } from './service-checks.js';
import { checkStations } from './station-checks.js';
import { checkAtPassOrders, checkTargets, checkUnknownDevices } from './target-checks.js';
import { checkWebhooks } from './webhooks-check.js';

/** What doctor looks at, in the order in which things depend on each other. Each stands for itself; a new one is added here. */
export const CHECKS: readonly Check[] = [
  checkSettings,
  checkInstallation,
  checkFolder,
  checkPorts,
  checkParts,
  checkPostgres,
  checkCheckpoint,
  checkRedis,
  checkToken,
  checkSandbox,
  checkService,
  checkCredentials,
  checkTargets,
  checkPauses,
  checkQueues,
  checkRoutes,
  checkAtPassOrders,
  checkConfirmations,
  checkRenewals,
  checkUnknownDevices,
  checkClaims,
  checkBulkRegistrations,
  checkCanaries,
  checkHsmKeys,
  checkDeviceKeys,
  checkWebhooks,
  checkStations,
];
