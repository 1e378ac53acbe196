import type { Permissions } from '../iam/permissions.js';
import type { Sqs } from '../sqs/sqs-service.js';
import { fillIn } from './evaluation.js';
import type { RunAction } from './rule-engine.js';

const SELF = 'iot.amazonaws.com';

/** Sends with the role of the action, as it is at that moment. */
export function createActions(permissions: Permissions, sqs: Sqs): RunAction {
  return async (action, _rule, output, message) => {
    if (action.sqs !== undefined) {
      const { roleArn, queueUrl, useBase64 } = action.sqs;
      const caller = permissions.assumedByService(roleArn, SELF, message.account.region);
      await sqs.run('SendMessage', { caller }, { QueueUrl: fillIn(queueUrl, message), MessageBody: output.toString(useBase64 === true ? 'base64' : 'utf8') });
    }
    if (action.lambda !== undefined) throw new Error(`The sandbox has no function ${action.lambda.functionArn}.`);
  };
}
