# Tales to launch: New-WTTalePod -Path reads it, so does examples/launch-tales.ps1.
# Each property is named as New-WTTalePod's parameter; {port}, {token} and {base_path} are filled in.
@{
    Tales = @(
        @{
            Name = 'Jupyter Classic'
            User = 'ada'
            Image = 'jupyter/base-notebook:latest'
            Command = 'jupyter notebook --no-browser --port {port} --ip=0.0.0.0 --NotebookApp.token={token} --NotebookApp.base_url=/{base_path} --NotebookApp.port_retries=0'
            Port = 8888
            Memory = '2048m'
            UrlPath = '?token={token}'
        }
        @{
            Name = 'RStudio'
            User = 'bob'
            Image = 'rocker/geospatial:latest'
            Command = '/start.sh'
            Environment = @('PASSWORD=change me')
            Port = 8787
            Memory = '2g'
            MountPoint = '/WholeTale'
            # After two hours without use it may be culled.
            IdleTimeout = '02:00:00'
        }
    )
}
