#include "conformance/manifest/file_shapes.hpp"

namespace mcplumb {

const std::string_view kFileShapes = R"(
# Files: server.json of the registry

file server-json
  $schema?: str
  name: str
  description: str
  version: str
  title?: str
  websiteUrl?: uri
  icons?: FileIcon[]
  repository?: FileRepository
  packages?: FilePackage[]
  remotes?: FileRemote[]
  _meta?: FileMeta

FileIcon
  src: uri
  mimeType?: "image/png"|"image/jpeg"|"image/jpg"|"image/svg+xml"|"image/webp"
  sizes?: str[]
  theme?: "light"|"dark"

FileRepository
  url: uri
  source: str
  subfolder?: str
  id?: str

FilePackage
  registryType: str
  identifier: str
  transport: FileTransport
  version?: str
  registryBaseUrl?: uri
  fileSha256?: str
  runtimeHint?: str
  runtimeArguments?: FileArgument[]
  packageArguments?: FileArgument[]
  environmentVariables?: FileVariable[]

FileTransport by type
  stdio: any
  streamable-http: FileHttp
  sse: FileHttp

FileHttp
  url: str
  headers?: FileHeader[]

FileRemote by type
  streamable-http: FileRemoteHttp
  sse: FileRemoteHttp

FileRemoteHttp
  url: str
  headers?: FileHeader[]
  variables?: map<FileInput>

FileArgument by type
  named: FileNamed
  positional: FilePositional

FileNamed = FileInput
FileNamed
  name: str
  isRepeated?: bool

FilePositional has
  value: FileInput
  valueHint: FileInput

FileHeader = FileInput
FileHeader
  name: str

FileVariable = FileInput
FileVariable
  name: str

FileInput
  description?: str
  isRequired?: bool
  isSecret?: bool
  format?: "string"|"number"|"boolean"|"filepath"
  default?: str
  placeholder?: str
  value?: str
  valueHint?: str
  choices?: str[]
  variables?: map<FileInput>

FileMeta
  io.modelcontextprotocol.registry/publisher-provided?: obj

# Files: manifest.json of a bundle

file bundle
  manifest_version?: "0.1"|"0.2"|"0.3"|"0.4"
  dxt_version?: "0.1"|"0.2"|"0.3"|"0.4"
  name: str
  version: str
  description: str
  author: BundleAuthor
  server: BundleServer
  display_name?: str
  long_description?: str
  repository?: BundleRepository
  homepage?: uri
  documentation?: uri
  support?: uri
  privacy_policies?: uri[]
  icon?: str
  icons?: BundleIcon[]
  screenshots?: str[]
  localization?: obj
  tools?: BundleTool[]
  tools_generated?: bool
  prompts?: BundlePrompt[]
  prompts_generated?: bool
  keywords?: str[]
  license?: str
  compatibility?: BundleCompatibility
  user_config?: map<BundleOption>
  _meta?: map<obj>

BundleAuthor
  name: str
  email?: str
  url?: uri

BundleRepository
  type: str
  url: uri

BundleServer by type
  node: BundleProgram
  python: BundleProgram
  binary: BundleProgram
  uv: BundleUv

BundleProgram
  entry_point: str
  mcp_config: BundleCommand

BundleUv
  entry_point: str
  mcp_config?: BundleCommand

BundleCommand
  command: str
  args?: str[]
  env?: map<str>
  platform_overrides?: map<BundleOverride>

BundleOverride
  command?: str
  args?: str[]
  env?: map<str>

BundleIcon
  src: str
  size: str
  theme?: str

BundleTool
  name: str
  description?: str

BundlePrompt
  name: str
  text: str
  description?: str
  arguments?: str[]

BundleCompatibility
  platforms?: BundlePlatform[]
  runtimes?: map<str>

BundlePlatform = "darwin"|"win32"|"linux"

BundleOption
  type: "string"|"number"|"boolean"|"directory"|"file"
  title: str
  description: str
  required?: bool
  multiple?: bool
  sensitive?: bool
  min?: num
  max?: num

# Files: server cards

file server-card
  $schema: str
  name: str
  version: str
  description: str
  title?: str
  websiteUrl?: uri
  icons?: CardIcon[]
  repository?: FileRepository
  remotes?: CardRemote[]
  _meta?: obj

CardIcon
  src: uri
  sizes?: str[]

CardRemote by type
  streamable-http: CardHttp
  sse: CardHttp

CardHttp
  url: str
  headers?: CardHeader[]
  variables?: map<FileInput>
  supportedProtocolVersions?: str[]

CardHeader
  name: str
)";

const ShapeTable& file_shapes() {
  static const ShapeTable kTable = read_shapes(kFileShapes);
  return kTable;
}

}  // namespace mcplumb
