"""What a person sees of the sandbox: server-rendered pages for both services, with a little script."""
