"""A WSGI application that needs a package of the registry."""
import itsdangerous


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    signed = itsdangerous.Signer("key").sign("hello from python")
    return [itsdangerous.Signer("key").unsign(signed)]
