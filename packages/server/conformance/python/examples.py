"""What programs written with openai for Python do. Prints one line of JSON for every example."""

import base64
import json
import os
import sys
import threading
import time
import traceback

import openai
from openai import OpenAI

client = OpenAI(
    api_key=os.environ["DASHSCOPE_API_KEY"],
    base_url=os.environ["LANTERN_BASE_URL"],
)

PNG = base64.b64decode(os.environ["LANTERN_PNG"])

SEARCH_WEB = {
    "type": "function",
    "function": {
        "name": "search_web",
        "description": "Search the web",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string"}},
            "required": ["query"],
        },
    },
}

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
ANSWER = "The capital of France is Paris."
NO_THINKING = {"enable_thinking": False}


def vendor_text():
    response = client.chat.completions.create(
        model="qwen3.5-plus",
        messages=[
            {"role": "user", "content": "Write a production-ready FastAPI endpoint that calls Qwen 3.5 for code review"}
        ],
        temperature=0.3,
        max_tokens=4096,
        extra_body={"enable_thinking": True},
    )
    message = response.choices[0].message
    assert "FastAPI" in message.content, message.content
    assert message.reasoning_content.strip(), message
    assert response.usage.total_tokens == response.usage.prompt_tokens + response.usage.completion_tokens
    assert response._request_id


def vendor_picture():
    b64 = base64.b64encode(PNG).decode()
    response = client.chat.completions.create(
        model="qwen3.5-plus",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{b64}"}},
                    {"type": "text", "text": "Convert this screenshot into a React component"},
                ],
            }
        ],
    )
    assert response.choices[0].message.content.strip(), response
    assert response.usage.prompt_tokens_details.image_tokens == 4, response.usage


def vendor_invoice():
    invoice = json.loads(os.environ["LANTERN_INVOICE"])
    response = client.chat.completions.create(
        model="qwen3.5-plus",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": invoice["url"]}},
                    {"type": "text", "text": invoice["question"]},
                ],
            }
        ],
        temperature=0,
        extra_body=NO_THINKING,
    )
    assert json.loads(response.choices[0].message.content) == invoice["items"], response


def vendor_tools():
    messages = [{"role": "user", "content": "What is the latest Qwen 3.5 benchmark on SWE-bench?"}]
    response = client.chat.completions.create(
        model="qwen3.5-plus", messages=messages, tools=[SEARCH_WEB], tool_choice="auto", temperature=0
    )
    message = response.choices[0].message
    assert response.choices[0].finish_reason == "tool_calls", response
    call = message.tool_calls[0]
    assert call.function.name == "search_web"
    assert json.loads(call.function.arguments) == {"query": "latest Qwen 3.5 SWE-bench benchmark"}

    messages.append(message)
    messages.append({"role": "tool", "tool_call_id": call.id, "content": "Qwen 3.5 scores 76.4 on SWE-bench."})
    response = client.chat.completions.create(
        model="qwen3.5-plus", messages=messages, tools=[SEARCH_WEB], tool_choice="auto", temperature=0
    )
    assert response.choices[0].finish_reason == "stop", response
    assert "76.4" in response.choices[0].message.content, response


def call_with_retry(caller, messages, max_retries=5):
    for attempt in range(max_retries):
        try:
            return caller.chat.completions.create(
                model="qwen3.5-plus", messages=messages, temperature=0, extra_body=NO_THINKING
            )
        except (openai.RateLimitError, openai.InternalServerError):
            if attempt == max_retries - 1:
                raise
            time.sleep(0.05 * 2**attempt)


def vendor_retries():
    """The proxy refuses three times before it lets anything through."""
    caller = OpenAI(api_key="none", base_url=os.environ["LANTERN_FLAKY_URL"], max_retries=0)
    assert call_with_retry(caller, QUESTION).choices[0].message.content == ANSWER


def own_retries():
    """The proxy refuses once more."""
    caller = OpenAI(api_key="none", base_url=os.environ["LANTERN_FLAKY_AGAIN_URL"])
    response = caller.chat.completions.create(
        model="qwen3.5-plus", messages=QUESTION, temperature=0, extra_body=NO_THINKING
    )
    assert response.choices[0].message.content == ANSWER


def streaming():
    reasoning, content, usage, finishes = "", "", None, []
    stream = client.chat.completions.create(
        model="qwen3.5-plus",
        messages=[{"role": "user", "content": "What is 347 + 586?"}],
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
        extra_body={"enable_thinking": True},
    )
    for chunk in stream:
        usage = chunk.usage or usage
        if not chunk.choices:
            continue
        delta = chunk.choices[0].delta
        thought = getattr(delta, "reasoning_content", None) or ""
        assert not (thought and content), "thinking after the text"
        reasoning += thought
        content += delta.content or ""
        if chunk.choices[0].finish_reason:
            finishes.append(chunk.choices[0].finish_reason)
    assert reasoning.strip() == "ones 7+6=13; tens 4+8+1=13; hundreds 3+5+1=9. So 347 + 586 = 933.", reasoning
    assert content == "347 + 586 = 933", content
    assert finishes == ["stop"], finishes
    assert usage.completion_tokens_details.reasoning_tokens > 10, usage


def streamed_tools():
    with client.chat.completions.stream(
        model="qwen3.5-plus",
        messages=[{"role": "user", "content": "What is the latest Qwen 3.5 benchmark on SWE-bench?"}],
        tools=[SEARCH_WEB],
        temperature=0,
        extra_body=NO_THINKING,
    ) as stream:
        for _ in stream:
            pass
        completion = stream.get_final_completion()
    call = completion.choices[0].message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"query": "latest Qwen 3.5 SWE-bench benchmark"}, call


def sixteen_answers():
    settings = dict(
        model="qwen3.5-plus",
        messages=[{"role": "user", "content": "Write a story about a fox and a lighthouse"}],
        n=16,
        max_tokens=12,
        temperature=1,
        seed=5,
        extra_body=NO_THINKING,
    )
    response = client.chat.completions.create(**settings)
    assert [choice.index for choice in response.choices] == list(range(16))
    texts = [""] * 16
    for chunk in client.chat.completions.create(**settings, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    assert texts == [choice.message.content for choice in response.choices], texts


def logprobs_and_stops():
    response = client.chat.completions.create(
        model="qwen3.5-plus",
        messages=[{"role": "user", "content": "Count from 1 to 50"}],
        temperature=0,
        logprobs=True,
        top_logprobs=2,
        stop=[", 6"],
        extra_body=NO_THINKING,
    )
    choice = response.choices[0]
    assert choice.message.content == "1, 2, 3, 4, 5", choice
    assert all(token.logprob <= 0 and len(token.top_logprobs) == 2 for token in choice.logprobs.content)


def leaving():
    """Ends four streams in the middle; the caller looks whether the server went on."""
    def leave():
        stream = client.chat.completions.create(
            model="qwen3.5-plus",
            messages=[{"role": "user", "content": "Write a story about a fox and a lighthouse"}],
            stream=True,
            extra_body={"ignore_eos": True, "enable_thinking": False},
        )
        for number, _ in enumerate(stream):
            if number == 3:
                break
        stream.close()

    threads = [threading.Thread(target=leave) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def models():
    assert [model.id for model in client.models.list()] == ["lantern-tiny", "qwen3.5-plus", "qwen3.5-flash"]
    assert client.models.retrieve("qwen3.5-plus").root == "lantern-tiny"


def raised(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def errors():
    def ask(**fields):
        return lambda: client.chat.completions.create(**{"model": "qwen3.5-plus", "messages": QUESTION, **fields})

    bad = raised(openai.BadRequestError, ask(temperature=3))
    assert (bad.code, bad.param, bad.status_code) == ("invalid_request", "temperature", 400), bad
    assert raised(openai.NotFoundError, ask(model="gpt-4")).code == "model_not_found"
    locked = OpenAI(api_key="wrong", base_url=os.environ["LANTERN_LOCKED_URL"])
    assert raised(openai.AuthenticationError, locked.models.list).code == "invalid_api_key"
    right = OpenAI(api_key="sk-right", base_url=os.environ["LANTERN_LOCKED_URL"])
    assert right.models.retrieve("qwen3.5-plus").id == "qwen3.5-plus"


EXAMPLES = [
    vendor_text,
    vendor_picture,
    vendor_invoice,
    vendor_tools,
    vendor_retries,
    own_retries,
    streaming,
    streamed_tools,
    sixteen_answers,
    logprobs_and_stops,
    leaving,
    models,
    errors,
]

for example in EXAMPLES:
    failure = None
    try:
        example()
    except Exception:
        failure = traceback.format_exc()
    print(json.dumps({"name": example.__name__, "failure": failure, "version": openai.__version__}), flush=True)
sys.exit(0)
