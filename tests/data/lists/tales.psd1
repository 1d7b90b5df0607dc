# The tales of ../tales.json as a psd1 list: New-WTTalePod -Path reads it.
@{
    Tales = @(
        @{
            Name = 'Jupyter Classic'
            TaleId = '5c92fbd472a9910001fbff71'
            InstanceId = '5d0a1b2c3d4e5f600001a001'
            User = 'ada'
            Image = 'jupyter/ff71:latest'
            Command = 'jupyter notebook --no-browser --port {port} --ip=0.0.0.0 --NotebookApp.token={token} --NotebookApp.base_url=/{base_path} --NotebookApp.port_retries=0'
            Environment = @('CSP_HOSTS=dashboard.local.wholetale.org')
            Memory = '2048m'
            Port = 8888
            MountPoint = '/home/jovyan/work'
            UrlPath = '?token={token}'
        }
        @{
            Name = 'RStudio (rocker/geospatial)'
            TaleId = '5c92fbd472a9910001fbff72'
            InstanceId = '5d0a1b2c3d4e5f600001a002'
            User = 'bob'
            Image = 'jupyter/ff72:latest'
            Command = '/start.sh'
            Environment = @('CSP_HOSTS=dashboard.local.wholetale.org', 'PASSWORD=djkslajdklasjdklsajd')
            Memory = '2048m'
            Port = 8787
            MountPoint = '/WholeTale'
            UrlPath = ''
        }
        @{
            Name = 'JupyterLab'
            TaleId = '5c92fbd472a9910001fbff73'
            InstanceId = '5d0a1b2c3d4e5f600001a003'
            User = 'cyd'
            Image = 'jupyter/ff73:latest'
            Command = 'jupyter notebook --no-browser --port {port} --ip=0.0.0.0 --NotebookApp.token={token} --NotebookApp.base_url=/{base_path} --NotebookApp.port_retries=0'
            Memory = '2048m'
            Port = 8888
            MountPoint = '/home/jovyan/work'
            UrlPath = 'lab?token={token}'
        }
        @{
            Name = 'STATA 15 (Desktop)'
            TaleId = '5c92fbd472a9910001fbff74'
            InstanceId = '5d0a1b2c3d4e5f600001a004'
            User = 'dan'
            Image = 'jupyter/ff74:latest'
            Command = 'xpra start-desktop --bind-tcp=0.0.0.0:10000 --html=on --daemon=no --exit-with-children=no --start=xfce4-session'
            Environment = @('VERSION=15')
            Memory = '8196m'
            Port = 10000
            MountPoint = '/home/jovyan/work'
            UrlPath = '/'
        }
        @{
            Name = 'OpenRefine 2.8'
            TaleId = '5c92fbd472a9910001fbff75'
            InstanceId = '5d0a1b2c3d4e5f600001a005'
            User = 'eve'
            Image = 'jupyter/ff75:latest'
            Memory = '8196m'
            Port = 3333
            MountPoint = '/wholetale'
            UrlPath = ''
        }
    )
}
