import type { Permissions } from '../iam/permissions.js';
import type { Functions } from '../lambda/functions.js';
import type { Sqs } from '../sqs/sqs-service.js';
import { fillIn } from './evaluation.js';
import type { RunAction } from './rule-engine.js';

const SELF = 'iot.amazonaws.com';

/** A queue is sent to with the role of the action, as it is at that moment; a function is called if its own policy lets AWS IoT do so for the rule. */
export function createActions(permissions: Permissions, sqs: Sqs, functions: Functions): RunAction {
  return async (action, rule, output, message) => {
    if (action.sqs !== undefined) {
      const { roleArn, queueUrl, useBase64 } = action.sqs;
      const caller = permissions.assumedByService(roleArn, SELF, message.account.region);
      await sqs.run('SendMessage', { caller }, { QueueUrl: fillIn(queueUrl, message), MessageBody: output.toString(useBase64 === true ? 'base64' : 'utf8') });
    }
    if (action.lambda !== undefined) {
      const { account } = message;
      const by = { service: SELF, sourceArn: account.arn(`rule/${rule.name}`), sourceAccount: account.accountId };
      await functions.callByService(action.lambda.functionArn, JSON.parse(output.toString('utf8')) as unknown, by);
    }
  };
}
