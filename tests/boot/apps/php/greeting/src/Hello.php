<?php
namespace Greeting;

final class Hello
{
    public static function to(string $name): string
    {
        return "hello from $name";
    }
}
