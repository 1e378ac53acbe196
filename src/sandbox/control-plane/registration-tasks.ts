import { z } from 'zod';
import { byToken, RoleArn, seconds, TemplateBody, TokenPaging } from '../model/shapes.js';
import { reportName } from '../provisioning/registration-tasks.js';
import { invalidRequest, notFound } from '../service-error.js';
import type { RegistrationTask } from '../store/registration-task.repository.js';
import { operation, requirePassableRole, type Call } from './operation.js';

const TaskId = z.string().min(1).max(40);
const Status = z.enum(['InProgress', 'Completed', 'Failed', 'Cancelled', 'Cancelling']);

export const startThingRegistrationTask = operation(
  {
    body: {
      templateBody: TemplateBody,
      inputFileBucket: z.string().min(3).max(256).regex(/^[a-zA-Z0-9._-]+$/),
      inputFileKey: z.string().min(1).max(1_024).regex(/^[a-zA-Z0-9!_.*'()\-/]+$/),
      roleArn: RoleArn,
    },
  },
  (call, input) => {
    requirePassableRole(call, input.roleArn);
    const given = { template: input.templateBody, bucket: input.inputFileBucket, key: input.inputFileKey, roleArn: input.roleArn };
    return { taskId: call.tasks.start(call, given) };
  },
);

export const describeThingRegistrationTask = operation({ path: { taskId: TaskId } }, (call, { taskId }) => {
  const task = requireTask(call, taskId);
  const done = task.successes + task.failures;
  return {
    taskId,
    creationDate: seconds(task.createdAt),
    lastModifiedDate: seconds(task.modifiedAt),
    templateBody: task.template,
    inputFileBucket: task.bucket,
    inputFileKey: task.key,
    roleArn: task.roleArn,
    status: task.status,
    message: task.message,
    successCount: task.successes,
    failureCount: task.failures,
    percentageProgress: task.status === 'Completed' ? 100 : Math.floor((done / Math.max(task.total, 1)) * 100),
  };
});

export const listThingRegistrationTasks = operation({ query: { ...TokenPaging, status: Status.optional() } }, (call, input) => {
  const page = call.store.registrationTasks.page(call.account, input.status, byToken(input));
  return { taskIds: page.items, nextToken: page.next };
});

/** Reports stand there once the task has ended, and until then there are none. One link for each type. */
export const listThingRegistrationTaskReports = operation(
  { path: { taskId: TaskId }, query: { ...TokenPaging, reportType: z.enum(['ERRORS', 'RESULTS']) } },
  (call, { taskId, reportType }) => {
    requireTask(call, taskId);
    const link = call.reportLink(call.account, reportName(taskId, reportType));
    return { resourceLinks: link === undefined ? [] : [link], reportType };
  },
);

export const stopThingRegistrationTask = operation({ path: { taskId: TaskId } }, (call, { taskId }) => {
  const { status } = requireTask(call, taskId);
  if (status !== 'InProgress') throw invalidRequest(`Task ${taskId} is ${status}.`);
  call.tasks.stop(call, taskId);
  return {};
});

function requireTask({ account, store }: Call, id: string): RegistrationTask {
  const task = store.registrationTasks.find(account, id);
  if (task === undefined) throw notFound(`Task ${id} not found.`);
  return task;
}
