# What a Windows instance does when it boots: install IIS, fetch the release,
# deploy it, wait until it answers, and tell who waits. For PowerShell 5.1, which
# every Windows Server from 2016 on has.
#
# The compiler writes a header of variables in front, the same ones as for Linux;
# main.sh says what each means. Two rules hold everywhere. What goes wrong throws
# a reason for people, which becomes the last line of the console output. A
# secret's value is never an argument of a program and never printed. User data
# ends at 16 KiB: code is terse; instances do not get comments and indentation.
$ErrorActionPreference = 'Stop'
# Progress bars make downloads many times slower.
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = 'Tls12'
$Dir = 'C:\ProgramData\bean'
$Log = "$Dir\boot.log"
$Staging = "$Dir\staging"
$Current = "$Dir\current"
$Started = Get-Date
$Hidden = @()

# --- Logging and readiness ---

# A line for the log and for the console output, which is the first serial port.
function Say($Text) {
	foreach ($value in $Hidden) { $Text = $Text.Replace($value, '****') }
	Add-Content $Log "$(Get-Date -Format s) $Text" -Encoding UTF8
	try {
		$port = New-Object IO.Ports.SerialPort COM1
		$port.Open()
		$port.WriteLine("bean: $Text")
		$port.Close()
	} catch { Add-Content $Log 'the console cannot be written to' }
}

# Waits 1, 2, 4 and 8 seconds: the rights of a new role take a moment to arrive.
function Retry($Reason, [scriptblock]$Action) {
	foreach ($wait in 1, 2, 4, 8, 0) {
		try { return & $Action } catch { $problem = $_ }
		Start-Sleep $wait
	}
	throw "${Reason}: $problem"
}

function Metadata($Path) {
	$url = 'http://169.254.169.254/latest'
	$token = Invoke-RestMethod "$url/api/token" -Method Put -Headers @{ 'X-aws-ec2-metadata-token-ttl-seconds' = '60' }
	Invoke-RestMethod "$url/meta-data/$Path" -Headers @{ 'X-aws-ec2-metadata-token' = $token }
}

# To the lifecycle hook of the group and to CloudFormation, whichever wait.
function Signal($Status, $Result) {
	if ($BEAN_HOOK) {
		try { $group = Metadata 'tags/instance/aws:autoscaling:groupName' } catch { $group = (Get-ASAutoScalingInstance $Instance).AutoScalingGroupName }
		Retry 'the lifecycle hook cannot be told' { Complete-ASLifecycleAction -LifecycleHookName $BEAN_HOOK -AutoScalingGroupName $group -InstanceId $Instance -LifecycleActionResult $Result }
	}
	# A stack takes the next batch once it is told: in service, then the pause.
	if ($BEAN_SIGNAL_RESOURCE) {
		if ($Status -eq 'SUCCESS') { Start-Sleep $BEAN_PAUSE }
		Retry 'the stack cannot be told' { Send-CFNResourceSignal -StackName $BEAN_STACK -LogicalResourceId $BEAN_SIGNAL_RESOURCE -UniqueId $Instance -Status $Status }
	}
}

# --- Programs ---

# Run PROGRAM ARGUMENTS: what it says goes to the log, any status but 0 throws. It
# has no named parameters, which would take arguments of the same name.
function Run {
	$program, $rest = $args
	$ErrorActionPreference = 'Continue'
	& $program $rest 2>&1 | Out-File $Log -Append -Encoding UTF8
	if ($LASTEXITCODE) { throw "$(Split-Path -Leaf $program) ended with status ${LASTEXITCODE}: $(Get-Content $Log -Tail 1)" }
}

# Installs a program that Microsoft signed, or that comes from a bucket of AWS.
function Install($Url, [string[]]$Options) {
	$file = "$Dir\" + $Url.Split('/')[-1]
	Retry "$Url cannot be fetched" { Invoke-WebRequest $Url -OutFile $file -UseBasicParsing }
	$signature = Get-AuthenticodeSignature $file
	$signed = $signature.Status -eq 'Valid' -and $signature.SignerCertificate.Subject -like '*O=Microsoft Corporation,*'
	if (-not $signed -and $Url -notlike 'https://*.amazonaws.com/*') { throw "$Url is not signed by Microsoft" }
	if ($file -like '*.msi') { $Options = '/i', $file, '/qn', '/norestart'; $file = 'msiexec.exe' }
	$status = (Start-Process $file $Options -Wait -PassThru).ExitCode
	# 3010: a restart would be welcome.
	if ($status -notin 0, 3010) { throw "$Url cannot be installed: status $status" }
}

function StartLogAgent {
	if (-not $BEAN_LOGS) { return }
	$files = foreach ($pair in $BEAN_LOGS) {
		$file, $group = $pair -split '=', 2
		@{ file_path = $file; log_group_name = $group; log_stream_name = '{instance_id}' }
	}
	@{ logs = @{ logs_collected = @{ files = @{ collect_list = @($files) } } } } | ConvertTo-Json -Depth 9 | Set-Content "$Dir\logs.json" -Encoding Ascii
	Install 'https://amazoncloudwatch-agent.s3.amazonaws.com/windows/amd64/latest/amazon-cloudwatch-agent.msi'
	Run powershell.exe -NoProfile -ExecutionPolicy Bypass -File "$env:ProgramFiles\Amazon\AmazonCloudWatchAgent\amazon-cloudwatch-agent-ctl.ps1" -a fetch-config -m ec2 -s -c "file:$Dir\logs.json"
}

# Runs commands of the platform in the folder of the release.
function Hooks($Name, $Commands) {
	foreach ($command in $Commands) {
		Say "${Name}: $command"
		try { Run powershell.exe -NoProfile -ExecutionPolicy Bypass -Command $command } catch { throw "the $Name command `"$command`" failed: $_" }
	}
}

# --- Environment properties ---

function Secret($Locator) {
	$store, $name = $Locator -split ':', 2
	if ($store -eq 'ssm') { return (Get-SSMParameter $name -WithDecryption $true).Value }
	$name, $key = $name -split '#', 2
	$text = (Get-SECSecretValue $name).SecretString
	if (-not $key) { return $text }
	# Messages of the parser may quote what it reads.
	try { $value = ($text | ConvertFrom-Json).$key } catch { $value = $null }
	if ($null -eq $value) { throw "it is not JSON with the key $key" }
	$value
}

# Properties are variables of every application pool and of the scripts here, as
# ASP.NET Core reads them. Those of .NET Framework are used to application
# settings: what is not a secret is there too, for all sites.
function SetProperties {
	$pools = 'system.applicationHost/applicationPools/applicationPoolDefaults/environmentVariables'
	$pairs = @($BEAN_PROPERTIES | ForEach-Object { , ($_ -split '=', 2) })
	foreach ($pair in $pairs) { Add-WebConfigurationProperty -PSPath MACHINE/WEBROOT -Filter appSettings -Name . -Value @{ key = $pair[0]; value = $pair[1] } }
	foreach ($pair in $BEAN_SECRETS) {
		$name, $locator = $pair -split '=', 2
		$value = Retry "the secret $name ($locator) cannot be read" { Secret $locator }
		if ($value) { $script:Hidden += $value }
		$pairs += , @($name, $value)
	}
	foreach ($pair in $pairs) {
		Add-WebConfigurationProperty -PSPath MACHINE/WEBROOT/APPHOST -Filter $pools -Name . -Value @{ name = $pair[0]; value = $pair[1] }
		[Environment]::SetEnvironmentVariable($pair[0], $pair[1])
	}
}

# --- The release ---

function FetchBundle {
	$key = "versions/$BEAN_RELEASE.zip"
	Retry "$key of bucket $BEAN_BUCKET cannot be fetched" { Read-S3Object -BucketName $BEAN_BUCKET -Key $key -File "$Dir\bundle.zip" } | Out-Null
	Unpack "$Dir\bundle.zip" $Staging
	$all = @(Get-ChildItem $Staging -Force)
	if ($all.Count -eq 1 -and $all[0].PSIsContainer) { throw "$key holds nothing but the folder $($all[0].Name): zip what is in it, not the folder itself" }
}

function Unpack($Zip, $Folder) {
	Add-Type -AssemblyName System.IO.Compression.FileSystem
	try { [IO.Compression.ZipFile]::ExtractToDirectory($Zip, $Folder) } catch { throw "$(Split-Path -Leaf $Zip) cannot be unpacked: $_" }
}

# The folder or archive of a deployment, which must stay inside of the bundle.
function Part($Name) {
	$path = [IO.Path]::GetFullPath("$Current\$Name")
	if (-not "$path\".StartsWith("$Current\") -or -not (Test-Path $path)) { throw "the manifest names $Name, which the bundle does not have" }
	$path
}

# Serves a folder at a path of a site, in a pool of its own. The pool runs no
# .NET Framework when ASP.NET Core brings its own runtime.
function Serve($Folder, $Parameters, $Runtime) {
	$site = if ($Parameters.iisWebSite) { $Parameters.iisWebSite } else { 'Default Web Site' }
	$path = "$($Parameters.iisPath)".Trim('/')
	$pool = if ($Parameters.appPool) { $Parameters.appPool } else { "bean $site $path".Trim() -replace '[^\w ]', '-' }
	if (-not (Test-Path "IIS:\AppPools\$pool")) { New-WebAppPool $pool | Out-Null }
	Set-ItemProperty "IIS:\AppPools\$pool" managedRuntimeVersion $Runtime
	if (-not (Test-Path "IIS:\Sites\$site")) { throw "there is no site $site" }
	if ($path) {
		New-WebApplication $path -Site $site -PhysicalPath $Folder -ApplicationPool $pool -Force | Out-Null
	} else {
		Set-ItemProperty "IIS:\Sites\$site" physicalPath $Folder
		Set-ItemProperty "IIS:\Sites\$site" applicationPool $pool
	}
}

# The hosting bundle of the version that the application was published for.
function InstallCore($Folder) {
	$version = $BEAN_RUNTIME
	$config = Get-ChildItem $Folder -Filter *.runtimeconfig.json | Select-Object -First 1
	if ($config) {
		$options = (Get-Content $config.FullName -Raw | ConvertFrom-Json).runtimeOptions
		$frameworks = @($options.framework) + $options.frameworks + $options.includedFrameworks
		$found = $frameworks | Where-Object { $_ } | Select-Object -Last 1
		if ($found) { $version = ($found.version -split '\.')[0] + '.0' }
	}
	Say "install ASP.NET Core $version"
	Install "https://aka.ms/dotnet/$version/dotnet-hosting-win.exe" '/install', '/quiet', '/norestart'
}

function ServeCore($Parameters) {
	$folder = Part $Parameters.appBundle
	if (-not (Test-Path $folder -PathType Container)) {
		Unpack $folder "$folder.site"
		$folder = "$folder.site"
	}
	InstallCore $folder
	Serve $folder $Parameters ''
}

# A package of Web Deploy says itself how it is unpacked.
function ServePackage($Package, $Parameters) {
	$tool = "$env:ProgramFiles\IIS\Microsoft Web Deploy V3\msdeploy.exe"
	if (-not (Test-Path $tool)) { Install 'https://download.microsoft.com/download/0/1/D/01DC28EA-638C-4A22-A57B-4CEF97755C6C/WebDeploy_amd64_en-US.msi' }
	$site = if ($Parameters.iisWebSite) { $Parameters.iisWebSite } else { 'Default Web Site' }
	$name = "$site/$("$($Parameters.iisPath)".Trim('/'))".Trim('/')
	Run $tool '-verb:sync' "-source:package=$Package" '-dest:auto' "-setParam:name='IIS Web Application Name',value='$name'"
}

function RunCustom($Deployment) {
	$file = Part $Deployment.scripts.install.file
	Say "run $($Deployment.scripts.install.file)"
	try {
		if ($file -like '*.ps1') { Run powershell.exe -NoProfile -ExecutionPolicy Bypass -File $file } else { Run $file }
	} catch { throw "the deployment $($Deployment.name) failed: $_" }
}

# With a manifest what it says, in its order of kinds; else a package of Web
# Deploy; else the bundle is a site.
function DeployBundle {
	$manifest = "$Current\aws-windows-deployment-manifest.json"
	if (Test-Path $manifest) {
		try { $deployments = (Get-Content $manifest -Raw | ConvertFrom-Json).deployments } catch { throw "aws-windows-deployment-manifest.json is not JSON: $_" }
		foreach ($it in $deployments.custom) { RunCustom $it }
		foreach ($it in $deployments.msDeploy) { ServePackage (Part $it.parameters.appBundle) $it.parameters }
		foreach ($it in $deployments.aspNetCoreWeb) { ServeCore $it.parameters }
	} elseif (Test-Path "$Current\systemInfo.xml") {
		ServePackage "$Dir\bundle.zip" @{}
	} elseif (Get-ChildItem $Current -Filter *.runtimeconfig.json) {
		ServeCore @{ appBundle = '.' }
	} else {
		Serve $Current @{} 'v4.0'
	}
}

# --- Health ---

function Ask($Url) {
	$request = [Net.WebRequest]::CreateHttp($Url)
	$request.AllowAutoRedirect = $false
	$request.Timeout = 5000
	$request.UserAgent = 'ELB-HealthChecker/2.0'
	try { $response = $request.GetResponse() } catch { $response = $_.Exception.GetBaseException().Response }
	if (-not $response) { return 0 }
	$response.Close()
	[int]$response.StatusCode
}

function TakeAddress {
	if ($BEAN_ALLOCATION_ID) { Retry 'the Elastic IP address cannot be taken' { Register-EC2Address -AllocationId $BEAN_ALLOCATION_ID -InstanceId $Instance -AllowReassociation $true } | Out-Null }
}

# Asks as the load balancer does, until the application answers everywhere.
function WaitUntilHealthy {
	WaitUntilPassed $BEAN_HEALTH_CODES $BEAN_HEALTH_PATH
	foreach ($check in $BEAN_CHECKS) {
		$codes, $place = $check -split '=', 2
		WaitUntilPassed $codes $place
	}
}

function WaitUntilPassed($Codes, $Place) {
	$address = Metadata 'local-ipv4'
	$url = "http://$address$Place"
	Say "wait for $url"
	while ($true) {
		if ($Codes -eq 'tcp') {
			$code = 0
			try {
				(New-Object Net.Sockets.TcpClient $address, ([uri]$url).Port).Close()
				return
			} catch { Start-Sleep 1 }
		} else { $code = Ask $url }
		foreach ($range in $Codes -split ',' -ne 'tcp') {
			$least, $most = $range -split '-'
			if ($code -ge $least -and $code -le @($most, $least).Where({ $_ })[0]) { return }
		}
		$seconds = [int]((Get-Date) - $Started).TotalSeconds
		if ($seconds -ge $BEAN_BOOT_TIMEOUT) { throw "$Place answers $(if ($code) { $code } else { 'nothing' }) instead of $Codes after $seconds seconds" }
		Start-Sleep 1
	}
}

# --- The order of things ---

try {
	New-Item -ItemType Directory -Force $Dir | Out-Null
	Say "boot $BEAN_ENVIRONMENT of $BEAN_APPLICATION on $BEAN_PLATFORM"
	$Instance = Retry 'the instance metadata service does not answer' { Metadata 'instance-id' }
	Set-DefaultAWSRegion $BEAN_REGION -Scope Global
	Say 'install IIS'
	Install-WindowsFeature (@('Web-Server', 'Web-Asp-Net45', 'Web-WebSockets', 'Web-Scripting-Tools') + $BEAN_PACKAGES) | Out-Null
	Import-Module WebAdministration
	StartLogAgent
	if ($BEAN_RELEASE) {
		Say "fetch release $BEAN_RELEASE"
		FetchBundle
		SetProperties
		Set-Location $Staging
		Hooks prebuild $BEAN_PREBUILD
		Hooks build $BEAN_BUILD
		Hooks predeploy $BEAN_PREDEPLOY
		Set-Location $Dir
		Move-Item $Staging $Current
		Set-Location $Current
		# Pools run as users of their own, who must read what they serve.
		Run icacls.exe $Current /grant 'IIS_IUSRS:(OI)(CI)RX' /q
		Say 'deploy the release'
		DeployBundle
	} else {
		Say 'there is no release yet: serve a welcome page'
		New-Item -ItemType Directory -Force $Current | Out-Null
		Set-Content "$Current\index.html" "<title>$BEAN_ENVIRONMENT</title><h1>$BEAN_ENVIRONMENT</h1>Deploy a release of $BEAN_APPLICATION to see it here."
		Run icacls.exe $Current /grant 'IIS_IUSRS:(OI)(CI)RX' /q
		Serve $Current @{} ''
	}
	if (-not $BEAN_TAKES_OVER) { TakeAddress }
	# IIS learns of modules that were installed after it when it starts.
	Run net.exe stop was /y
	Run net.exe start w3svc
	WaitUntilHealthy
	if ($BEAN_TAKES_OVER) { TakeAddress }
	Hooks postdeploy $BEAN_POSTDEPLOY
	Signal SUCCESS CONTINUE
	Say "$BEAN_ENVIRONMENT is ready after $([int]((Get-Date) - $Started).TotalSeconds) seconds"
} catch {
	$reason = "$_"
	try { Signal FAILURE ABANDON } catch { Say "nobody was told: $_" }
	Say "$BEAN_ENVIRONMENT failed to boot: $reason"
	exit 1
}
