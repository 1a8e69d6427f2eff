"""The pages for readers, in the order of their list: endpoint and title."""

CONTENTS = {
    "docs.connect": "Connect with ContextFile",
    "connect_button.connect_button": "The Connect button",
    "docs.compliance": "Compliance",
}
