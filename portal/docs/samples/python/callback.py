import secrets
from collections.abc import Mapping


# query: the parameters of the callback’s address
def code_from_callback(query: Mapping[str, str], stored_state: str) -> str:
    # Not the answer to this user’s own request
    state = query.get("state", "")
    if not stored_state or not secrets.compare_digest(state.encode(), stored_state.encode()):
        raise ValueError("This answer belongs to no request of yours. Connect again.")
    # Not an answer from this server (RFC 9207)
    if query.get("iss") != "https://contextfile.ai":
        raise ValueError("This answer is not from ContextFile.")
    # The user did not allow it, or the request was wrong
    if not query.get("code"):
        raise ValueError(f"{query.get('error')}: {query.get('error_description')}")
    return query["code"]
