"""`contextfile-connect …`, and `python -m portal …`: every command, wherever the package is installed."""

from flask.cli import FlaskGroup

from portal import create_app
from portal.operations.deployment_files import write_deployment_files

main = FlaskGroup(
    name="contextfile-connect",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    help="Connect with ContextFile. Settings come from the environment; `doctor` checks them.",
)

main.params.clear()  # which application, and debugging: what `flask` asks is settled here
main.add_command(write_deployment_files)  # before there is any setting, so without an application

if __name__ == "__main__":
    main()
