import type { ServiceException } from '@smithy/core/client';

/** What the SDK makes of a refusal: AWS's error name and the HTTP status, with the extra members of some errors. */
export async function failure(call: Promise<unknown>): Promise<{ name: string; status: number | undefined; message: string; resourceId?: unknown; resourceArn?: unknown }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata, resourceId, resourceArn } = error as ServiceException & { resourceId?: unknown; resourceArn?: unknown };
    return { name, status: $metadata?.httpStatusCode, message, ...(resourceId === undefined ? {} : { resourceId, resourceArn }) };
  }
  throw new Error('The call was expected to fail.');
}
