/** AWS's error names and the HTTP status of each, as the service model lists them. */
export const ERROR_STATUS = {
  InvalidRequestException: 400,
  ThrottlingException: 400,
  CertificateValidationException: 400,
  RegistrationCodeValidationException: 400,
  MalformedPolicyException: 400,
  ResourceRegistrationFailureException: 400,
  SqlParseException: 400,
  UnauthorizedException: 401,
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  CertificateStateException: 406,
  CertificateConflictException: 409,
  DeleteConflictException: 409,
  IndexNotReadyException: 400,
  ResourceAlreadyExistsException: 409,
  VersionConflictException: 409,
  VersionsLimitExceededException: 409,
  LimitExceededException: 410,
  RequestEntityTooLargeException: 413,
  InternalFailureException: 500,
} as const;

export type ErrorName = keyof typeof ERROR_STATUS;

/** An answer of the control plane other than success. */
export class ServiceError extends Error {
  constructor(
    readonly type: ErrorName,
    message: string,
    /** Only ResourceAlreadyExistsException says which resource it is about. */
    readonly resource?: { readonly resourceId: string; readonly resourceArn: string },
  ) {
    super(message);
    this.name = type;
  }

  get status(): number {
    return ERROR_STATUS[this.type];
  }
}

export const invalidRequest = (message: string): ServiceError => new ServiceError('InvalidRequestException', message);

export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

export const alreadyExists = (message: string, resourceId: string, resourceArn: string): ServiceError =>
  new ServiceError('ResourceAlreadyExistsException', message, { resourceId, resourceArn });
