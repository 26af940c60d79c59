#include "conformance/shapes/table.hpp"

namespace mcplumb {

// How it is written: docs/suite-language.md#shapes-of-the-protocol. Written from the pages and the schemas of all
// published revisions (https://modelcontextprotocol.io/specification); what only clients send is left out.
const std::string_view kWireShapes = R"(
# What many have

Role = "user"|"assistant"
LoggingLevel = "debug"|"info"|"notice"|"warning"|"error"|"critical"|"alert"|"emergency"
RequestId = str|int

Annotations
  audience?: Role[]
  priority?: num(0..1)
  lastModified?: iso-8601  @2025-06-18..

Icon
  src: uri
  mimeType?: str
  sizes?: str[]
  theme?: "light"|"dark"

Implementation
  name: str
  version: str
  title?: str        @2025-06-18..
  description?: str  @2025-11-25..
  websiteUrl?: uri   @2025-11-25..
  icons?: Icon[]     @2025-11-25..

# Contents

ContentBlock by type
  text: TextContent
  image: ImageContent
  audio: AudioContent            @2025-03-26..
  resource: EmbeddedResource
  resource_link: ResourceLink    @2025-06-18..

TextContent
  text: str
  annotations?: Annotations
  _meta?: obj  @2025-06-18..

ImageContent
  data: any-base64
  mimeType: str
  annotations?: Annotations
  _meta?: obj  @2025-06-18..

AudioContent
  data: any-base64
  mimeType: str
  annotations?: Annotations
  _meta?: obj  @2025-06-18..

EmbeddedResource
  resource: ResourceContents
  annotations?: Annotations
  _meta?: obj  @2025-06-18..

ResourceLink
  uri: uri
  name: str
  title?: str
  description?: str
  mimeType?: str
  size?: num
  annotations?: Annotations
  icons?: Icon[]  @2025-11-25..
  _meta?: obj

ResourceContents has
  text: TextResourceContents
  blob: BlobResourceContents

TextResourceContents
  uri: uri
  text: str
  mimeType?: str
  _meta?: ContentMeta  @2025-06-18..

BlobResourceContents
  uri: uri
  blob: any-base64
  mimeType?: str
  _meta?: ContentMeta  @2025-06-18..

# Beginning

ServerCapabilities
  experimental?: map<obj>
  logging?: obj
  completions?: obj     @2025-03-26..
  prompts?: ListCapability
  resources?: ResourceCapability
  tools?: ListCapability
  tasks?: TaskCapability  @2025-11-25
  extensions?: map<obj>   @2026-07-28..

ListCapability
  listChanged?: bool

ResourceCapability
  listChanged?: bool
  subscribe?: bool

TaskCapability
  list?: obj
  cancel?: obj
  requests?: TaskRequests

TaskRequests
  tools?: TaskToolRequests

TaskToolRequests
  call?: obj

result initialize  @..2025-11-25
  protocolVersion: str
  capabilities: ServerCapabilities
  serverInfo: Implementation
  instructions?: str

result server/discover  @2026-07-28..
  supportedVersions: str[]
  capabilities: ServerCapabilities
  instructions?: str

# Tools

result tools/list
  tools: Tool[]
  nextCursor?: str

Tool
  name: str
  title?: str  @2025-06-18..
  description?: str
  inputSchema: InputSchema
  outputSchema?: OutputSchema  @2025-06-18..2025-11-25
  outputSchema?: obj           @2026-07-28..
  annotations?: ToolAnnotations  @2025-03-26..
  execution?: ToolExecution      @2025-11-25
  icons?: Icon[]  @2025-11-25..
  _meta?: ToolMeta  @2025-06-18..

InputSchema
  type: "object"
  $schema?: str
  properties?: obj
  required?: str[]

OutputSchema
  type: "object"
  $schema?: str
  properties?: obj
  required?: str[]

ToolAnnotations
  title?: str
  readOnlyHint?: bool
  destructiveHint?: bool
  idempotentHint?: bool
  openWorldHint?: bool

ToolExecution
  taskSupport?: "forbidden"|"optional"|"required"

result tools/call
  content: ContentBlock[]
  isError?: bool
  structuredContent?: obj  @2025-06-18..2025-11-25
  structuredContent?: any  @2026-07-28..

# Resources

result resources/list
  resources: Resource[]
  nextCursor?: str

Resource
  uri: uri
  name: str
  title?: str  @2025-06-18..
  description?: str
  mimeType?: str
  size?: num
  annotations?: Annotations
  icons?: Icon[]  @2025-11-25..
  _meta?: ContentMeta  @2025-06-18..

result resources/templates/list
  resourceTemplates: ResourceTemplate[]
  nextCursor?: str

ResourceTemplate
  uriTemplate: uri-template
  name: str
  title?: str  @2025-06-18..
  description?: str
  mimeType?: str
  annotations?: Annotations
  icons?: Icon[]  @2025-11-25..
  _meta?: obj    @2025-06-18..

result resources/read
  contents: ResourceContents[]

params notifications/resources/updated
  uri: uri

# Prompts

result prompts/list
  prompts: Prompt[]
  nextCursor?: str

Prompt
  name: str
  title?: str  @2025-06-18..
  description?: str
  arguments?: PromptArgument[]
  icons?: Icon[]  @2025-11-25..
  _meta?: obj    @2025-06-18..

PromptArgument
  name: str
  title?: str  @2025-06-18..
  description?: str
  required?: bool

result prompts/get
  messages: PromptMessage[]
  description?: str

PromptMessage
  role: Role
  content: ContentBlock

# Utilities

result completion/complete
  completion: Completion

Completion
  values: str[]
  total?: num
  hasMore?: bool

params notifications/message
  level: LoggingLevel
  data: any
  logger?: str

params notifications/progress
  progressToken: RequestId
  progress: num
  total?: num
  message?: str  @2025-03-26..

params notifications/cancelled
  requestId: RequestId    @..2025-06-18
  requestId?: RequestId   @2025-11-25
  requestId: RequestId    @2026-07-28..
  reason?: str

params notifications/subscriptions/acknowledged  @2026-07-28..
  notifications: SubscriptionFilter

SubscriptionFilter
  toolsListChanged?: bool
  promptsListChanged?: bool
  resourcesListChanged?: bool
  resourceSubscriptions?: uri[]

# What the server asks the client

InputRequiredResult
  inputRequests?: map<InputRequest>
  requestState?: str

InputRequest by method
  elicitation/create: ElicitRequest
  sampling/createMessage: SamplingRequest
  roots/list: RootsRequest

ElicitRequest
  params: Elicitation

SamplingRequest
  params: Sampling

RootsRequest
  params?: obj

params elicitation/create = Elicitation  @2025-06-18..
params sampling/createMessage = Sampling

Elicitation = ElicitationForm  @2025-06-18
Elicitation by mode else form  @2025-11-25..
  form: ElicitationForm
  url: ElicitationUrl

ElicitationForm
  message: str
  requestedSchema: FormSchema

FormSchema
  type: "object"
  properties: map<FormField>
  required?: str[]
  $schema?: str  @2025-11-25..

FormField by type
  string: TextField
  number: NumberField
  integer: NumberField
  boolean: BooleanField
  array: SeveralField  @2025-11-25..

TextField has
  enum: EnumField
  oneOf: TitledField  @2025-11-25..
  else: StringField

StringField
  title?: str
  description?: str
  format?: "email"|"uri"|"date"|"date-time"
  minLength?: num
  maxLength?: num
  default?: str  @2025-11-25..

EnumField
  enum: str[]
  enumNames?: str[]
  title?: str
  description?: str
  default?: str  @2025-11-25..

TitledField
  oneOf: TitledOption[]
  title?: str
  description?: str
  default?: str

TitledOption
  const: str
  title: str

NumberField
  title?: str
  description?: str
  minimum?: num
  maximum?: num
  default?: num  @2025-11-25..

BooleanField
  title?: str
  description?: str
  default?: bool

SeveralField
  items: SeveralItems
  title?: str
  description?: str
  minItems?: num
  maxItems?: num
  default?: str[]

SeveralItems has
  anyOf: TitledItems
  enum: PlainItems

TitledItems
  anyOf: TitledOption[]

PlainItems
  type: "string"
  enum: str[]

ElicitationUrl
  message: str
  url: uri
  elicitationId: str  @2025-11-25

params notifications/elicitation/complete  @2025-11-25
  elicitationId: str

Sampling
  messages: SamplingMessage[]
  maxTokens: num
  systemPrompt?: str
  temperature?: num
  stopSequences?: str[]
  includeContext?: "none"|"thisServer"|"allServers"
  modelPreferences?: ModelPreferences
  metadata?: obj
  tools?: Tool[]           @2025-11-25..
  toolChoice?: ToolChoice  @2025-11-25..

SamplingMessage
  role: Role
  content: SamplingBlock                  @..2025-06-18
  content: SamplingBlock|SamplingBlock[]  @2025-11-25..
  _meta?: obj  @2025-11-25..

SamplingBlock by type
  text: TextContent
  image: ImageContent
  audio: AudioContent             @2025-03-26..
  tool_use: ToolUseContent        @2025-11-25..
  tool_result: ToolResultContent  @2025-11-25..

ToolUseContent
  id: str
  name: str
  input: obj
  _meta?: obj

ToolResultContent
  toolUseId: str
  content: ContentBlock[]
  structuredContent?: obj  @2025-11-25
  structuredContent?: any  @2026-07-28..
  isError?: bool
  _meta?: obj

ToolChoice
  mode?: "auto"|"required"|"none"

ModelPreferences
  hints?: ModelHint[]
  costPriority?: num(0..1)
  speedPriority?: num(0..1)
  intelligencePriority?: num(0..1)

ModelHint
  name?: str

# Tasks

Task
  taskId: str
  status: "working"|"input_required"|"completed"|"failed"|"cancelled"
  statusMessage?: str
  createdAt: iso-8601
  lastUpdatedAt: iso-8601
  ttl: num|null         @2025-11-25
  pollInterval?: num    @2025-11-25
  ttlMs: num|null       @2026-07-28..
  pollIntervalMs?: num  @2026-07-28..

CreateTaskResult  @2025-11-25
  task: Task

CreateTaskResult = Task  @2026-07-28..

result tasks/get = Task     @2025-11-25
result tasks/cancel = Task  @2025-11-25
result tasks/list           @2025-11-25
  tasks: Task[]
  nextCursor?: str
params notifications/tasks/status = Task  @2025-11-25

result tasks/get = DetailedTask           @2026-07-28..
params notifications/tasks = DetailedTask @2026-07-28..

DetailedTask = Task
DetailedTask by status
  working: any
  cancelled: any
  completed: CompletedTask
  failed: FailedTask
  input_required: WaitingTask

CompletedTask
  result: obj

FailedTask
  error: Error

WaitingTask
  inputRequests: map<InputRequest>

Error
  code: int
  message: str

# Apps (io.modelcontextprotocol/ui)

ToolMeta
  ui?: ToolUi

ToolUi
  resourceUri?: str
  visibility?: ToolAudience[]

ToolAudience = "model"|"app"

ContentMeta
  ui?: PageUi

PageUi
  csp?: PageCsp
  permissions?: PagePermissions
  domain?: str
  prefersBorder?: bool

PageCsp
  connectDomains?: str[]
  resourceDomains?: str[]
  frameDomains?: str[]
  baseUriDomains?: str[]
  wasmUnsafeEval?: bool

PagePermissions
  camera?: obj|bool
  microphone?: obj|bool
  geolocation?: obj|bool
  clipboardWrite?: obj|bool

# Skills (io.modelcontextprotocol/skills)

result skills/list  @2026-07-28..
  skills: Skill[]
  nextCursor?: str

result skills/get  @2026-07-28..
  skill: Skill

result resources/directory/read  @2026-07-28..
  resources: Resource[]
  nextCursor?: str

Skill
  uri: str
  frontmatter: SkillFrontmatter
  resources: SkillFile[]|"dynamic"

SkillFrontmatter
  name: str
  description: str
  license?: str
  compatibility?: str
  metadata?: obj
  allowed-tools?: str|str[]

SkillFile
  uri: str
  digest: str
  size: int
)";

}  // namespace mcplumb
